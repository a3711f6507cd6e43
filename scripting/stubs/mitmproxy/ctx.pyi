"""The running program: ctx.master, ctx.options and ctx.log."""
from typing import Any

log: Any
master: Any
options: Any
