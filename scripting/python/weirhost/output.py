"""What scripts print: on the terminal, or in the event log of a screen. Warnings and logging go to the event log."""
import io
import logging
import os
import sys
import threading

import _weir

from weirhost import state

LONGEST = 65536         # characters of a line that has no end


class Stream(io.TextIOBase):
    """A text stream by lines: to the log, where a screen shows that, else to the descriptor. Each thread has its own line."""

    encoding, errors = "utf-8", "surrogateescape"

    def __init__(self, level, fd):
        self.level = level
        self.fd = fd
        self.broken = False
        self.part = threading.local()
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
        lines, end, rest = (getattr(self.part, "text", "") + text).rpartition("\n")
        if len(rest) > LONGEST:
            lines, end, rest = lines + end + rest, "", ""
        self.part.text = rest
        if lines or end:
            self.say(lines, end)
        return len(text)

    def flush(self):
        text = getattr(self.part, "text", "")
        self.part.text = ""
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
            _weir.put(self.fd, text.encode("utf-8", "surrogateescape"))
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
    sys.stdin = io.StringIO()
    logging.addLevelName(21, "ALERT")
    root = logging.getLogger()
    root.addHandler(Handler())
    root.setLevel(logging.DEBUG)
    logging.captureWarnings(True)


def flush():
    """The lines that have no end."""
    sys.__stdout__.flush()
    sys.__stderr__.flush()
