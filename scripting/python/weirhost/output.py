"""stdout, stderr, warnings and logging of scripts go to the event log."""
import io
import logging
import sys
import threading

from weirhost import state

LONGEST = 65536         # characters of a line that has no end


class Stream(io.TextIOBase):
    """A text stream whose lines become lines of the log."""

    encoding, errors = "utf-8", "surrogateescape"

    def __init__(self, level):
        self.level = level
        self.part = threading.local()
        self.buffer = Bytes(self)

    def writable(self):
        return True

    def isatty(self):
        return False

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        *lines, rest = (getattr(self.part, "text", "") + text).split("\n")
        if len(rest) > LONGEST:
            lines.append(rest)
            rest = ""
        self.part.text = rest
        if lines:
            state.log("\n".join(lines), self.level)
        return len(text)

    def flush(self):
        text = getattr(self.part, "text", "")
        if text:
            self.part.text = ""
            state.log(text, self.level)


class Bytes(io.RawIOBase):
    """sys.stdout.buffer"""

    def __init__(self, text):
        self.text = text

    def writable(self):
        return True

    def write(self, data):
        self.text.write(bytes(data).decode("utf-8", "surrogateescape"))
        return len(data)


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
    sys.stdout = sys.__stdout__ = Stream("info")
    sys.stderr = sys.__stderr__ = Stream("error")
    sys.stdin = io.StringIO()
    logging.addLevelName(21, "ALERT")
    root = logging.getLogger()
    root.addHandler(Handler())
    root.setLevel(logging.DEBUG)
    logging.captureWarnings(True)
