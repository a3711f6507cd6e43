"""The running program: ctx.master, ctx.options and ctx.log."""
from mitmproxy import log as _log
from mitmproxy import master as _master

master = _master.Master()
options = master.options
log = _log.Log()
