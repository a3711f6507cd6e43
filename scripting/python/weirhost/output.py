"""What scripts print: on the terminal, or in the event log of a screen. Warnings and logging go to the event log."""
import atexit
import codecs
import io
import logging
import os
import sys
import threading

import _weir

from weirhost import state

LONGEST = 65536         # characters of a line that has no end
_turn = threading.RLock()       # who writes: a long line goes in pieces when its reader is slow


def _other_turn():
    """A child process begins: who had the turn is not in it."""
    global _turn
    _weir.forked()
    _turn = threading.RLock()


def _byte(e):
    """Surrogates that stand for bytes are those; others are spelled out, what is printed is not the place to fail."""
    c = ord(e.object[e.start])
    return bytes([c - 0xdc00]) if 0xdc80 <= c <= 0xdcff else b"\\u%04x" % c, e.start + 1


codecs.register_error("weir_print", _byte)


class Stream(io.TextIOBase):
    """A text stream by lines: to the log, where a screen shows that, else to the descriptor. Each thread has its own line."""

    encoding, errors = "utf-8", "surrogateescape"

    def __init__(self, level, fd):
        self.level = level
        self.fd = fd
        self.broken = False
        self.parts = {}         # lines that have no end yet, by thread; they outlive it
        self.buffer = Bytes(self)

    def writable(self):
        return True

    def isatty(self):
        return not _weir.SCREEN and os.isatty(self.fd)

    def fileno(self):
        if _weir.SCREEN:
            raise io.UnsupportedOperation("fileno: the screen has it")
        return self.fd

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        me = threading.get_ident()
        part = self.parts.pop(me, "")
        lines, end, rest = (part + text).rpartition("\n")
        if len(part) > LONGEST and not end:     # the end of what is long may come by itself, as in print()
            lines, rest = rest, ""
        if rest:
            self.parts[me] = rest
        if lines or end:
            self.say(lines, end)
        return len(text)

    def flush(self):
        self.say_part(threading.get_ident())

    def end(self):
        """All that has no end, of all threads."""
        for thread in list(self.parts):
            self.say_part(thread)

    def say_part(self, thread):
        text = self.parts.pop(thread, "")
        if text:
            self.say(text, "")

    def say(self, lines, end):
        if _weir.SCREEN:
            state.log(lines, self.level)
        else:
            self.put(lines + end)

    def put(self, text):
        """Who does not read any more has had what he wanted."""
        if self.broken:
            return
        try:
            with _turn:
                _weir.put(self.fd, text.encode("utf-8", "weir_print"))
        except BrokenPipeError:
            self.broken = True
            _weir.tell("quit")


class Bytes(io.RawIOBase):
    """sys.stdout.buffer"""

    def __init__(self, text):
        self.text = text

    def writable(self):
        return True

    def fileno(self):
        return self.text.fileno()

    def write(self, data):
        self.text.write(bytes(data).decode("utf-8", "surrogateescape"))
        return len(data)

    def flush(self):
        self.text.flush()


class Handler(logging.Handler):
    """The standard library's logging: its levels by name, its text as it comes."""

    def emit(self, record):
        try:
            n = record.levelno
            level = ("error" if n >= 40 else "warn" if n >= 30 else "alert" if n == 21 else "info" if n >= 20 else "debug")
            if record.name == "asyncio" and level == "debug":
                return
            state.log(self.format(record), level)
        except Exception:
            self.handleError(record)


def install():
    sys.stdout = sys.__stdout__ = Stream("info", 1)
    sys.stderr = sys.__stderr__ = Stream("error", 2)
    atexit.register(flush)      # after all threads, and what scripts have registered
    os.register_at_fork(after_in_child=_other_turn)
    sys.stdin = io.StringIO()
    logging.addLevelName(21, "ALERT")
    root = logging.getLogger()
    root.addHandler(Handler())
    root.setLevel(logging.DEBUG)
    logging.captureWarnings(True)


def flush():
    """The lines that have no end."""
    sys.__stdout__.end()
    sys.__stderr__.end()
