"""What all parts of the host share."""
import contextvars

import _weir

HOOKS = _weir.hooks()
NUMBER = {name: i for i, name in enumerate(HOOKS)}

# The script at work; tasks and threads that it starts inherit it.
current = contextvars.ContextVar("script", default=None)

loop = None             # the event loop, once it runs
running = False         # the program is up
log_hooks = []          # add_log handlers: called for each line of ours


def tag():
    s = current.get()
    return s.tag if s is not None else "script"


_in_log = False
_logger = None          # Python as a command: whose log it is


def use_logging():
    """There is no event log: lines go where those of Python programs go, so that pytest sees them."""
    global _logger
    import logging
    logging.addLevelName(21, "ALERT")
    _logger = logging.getLogger("mitmproxy")


def log(text, level="info"):
    """A line for the event log, with the script's name."""
    global _in_log
    text = str(text)
    if _logger is not None:
        _logger.log({"debug": 10, "info": 20, "alert": 21, "warn": 30, "error": 40}[level], "%s", text)
    else:
        _weir.log(level, tag(), text)
    if log_hooks and not _in_log:
        from mitmproxy.log import LogEntry
        _in_log = True
        try:
            for call in list(log_hooks):
                call(LogEntry(text, level))
        finally:
            _in_log = False
