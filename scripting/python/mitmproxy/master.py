"""ctx.master: options, commands, addons, and the end of the program."""
import _weir

from mitmproxy import addonmanager, log, optmanager
from mitmproxy import command as _command


class Master:
    """The program, as scripts see it."""

    def __init__(self, options=None):
        self.options = options if options is not None else optmanager.ProgramOptions()
        self.commands = _command.CommandManager(self)
        self.addons = addonmanager.AddonManager(self)
        self.log = log.Log()

    @property
    def event_loop(self):
        from weirhost import state
        return state.loop

    @property
    def view(self):
        from mitmproxy import view
        return view.View()

    def shutdown(self):
        """End the program in order."""
        _weir.tell("quit")
