"""The running program: ctx.master, ctx.options and ctx.log."""
from mitmproxy.log import Log
from mitmproxy.master import Master
from mitmproxy.optmanager import ProgramOptions

log: Log
master: Master
options: ProgramOptions
