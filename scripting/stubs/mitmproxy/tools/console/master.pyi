"""The reference's program with a screen."""
from typing import Any

from mitmproxy.master import Master

class ConsoleMaster(Master):
    """The console: ctx.master is one when there is a screen."""
    def __init__(self, options: Any = ...) -> None: ...
