"""HTTP names."""


class HttpError(Exception):
    """A message that is none."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class HttpErrorConnClosed(HttpError):
    pass


def __getattr__(name):
    if name == "Headers":
        from mitmproxy.http import Headers
        return Headers
    from weirhost import gone
    raise AttributeError(gone.name(__name__, name, ("Headers", "HttpError", "HttpErrorConnClosed")))
