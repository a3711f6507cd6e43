"""ctx.master: options, commands, addons, and the end of the program."""
from asyncio import AbstractEventLoop

from mitmproxy.addonmanager import AddonManager
from mitmproxy.command import CommandManager
from mitmproxy.log import Log
from mitmproxy.optmanager import ProgramOptions
from mitmproxy.view import View

class Master:
    """The program, as scripts see it."""
    def __init__(self, options: ProgramOptions | None = ...) -> None: ...
    addons: AddonManager
    commands: CommandManager
    event_loop: AbstractEventLoop
    log: Log
    options: ProgramOptions
    def shutdown(self) -> None: ...
    view: View
