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


class _Program(type):
    """The class of a program: the one that runs is an instance of it, or not."""

    def __instancecheck__(cls, o):
        runs = type(o) is Master and isinstance(o.options, optmanager.ProgramOptions)
        return runs and ("console_mouse" in o.options) == cls._screen or super().__instancecheck__(o)
