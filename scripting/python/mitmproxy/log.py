"""Lines for the event log."""
import logging

from weirhost import state as _state

ALERT = logging.INFO + 1
LogLevels = ["error", "warn", "info", "alert", "debug"]
LOGGING_LEVELS_TO_LOGENTRY = {logging.ERROR: "error", logging.WARNING: "warn", logging.INFO: "info", ALERT: "alert", logging.DEBUG: "debug"}
_TIERS = dict(error=0, warn=1, info=2, alert=2, debug=3)


def log_tier(level):
    """How unimportant a level is."""
    return _TIERS.get(level)


class LogEntry:
    """A line of the log: text and level."""

    def __init__(self, msg, level):
        self.msg, self.level = str(msg), level

    def __eq__(self, other):
        return isinstance(other, LogEntry) and self.__dict__ == other.__dict__

    __hash__ = None

    def __repr__(self):
        return f"LogEntry({self.msg}, {self.level})"


class MitmLogHandler(logging.Handler):
    """A handler for all that is logged, from install() to uninstall()."""

    def install(self):
        logging.getLogger().addHandler(self)

    def uninstall(self):
        logging.getLogger().removeHandler(self)


class Log:
    """ctx.log: a method a level, or a call with the level."""

    def debug(self, txt):
        _state.log(txt, "debug")

    def info(self, txt):
        _state.log(txt, "info")

    def alert(self, txt):
        _state.log(txt, "alert")

    def warn(self, txt):
        _state.log(txt, "warn")

    warning = warn

    def error(self, txt):
        _state.log(txt, "error")

    def __call__(self, text, level="info"):
        _state.log(text, level)
