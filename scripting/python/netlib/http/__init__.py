"""HTTP names."""
import base64
import binascii

from netlib.utils import parse_url

__all__ = ["HttpError", "HttpErrorConnClosed", "assemble_http_basic_auth", "get_header_tokens", "has_chunked_encoding",
           "parse_http_basic_auth", "parse_url"]


class HttpError(Exception):
    """A message that is none."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class HttpErrorConnClosed(HttpError):
    pass


def get_header_tokens(headers, key):
    """What stands between the commas of all headers of that name."""
    return [t.strip() for value in headers[key] for t in value.split(",")]


def has_chunked_encoding(headers):
    return "chunked" in [t.lower() for t in get_header_tokens(headers, "transfer-encoding")]


def parse_http_basic_auth(s):
    """(scheme, name, password) of an Authorization field; None for nonsense."""
    scheme, _, data = s.strip().partition(" ")
    try:
        name, colon, password = base64.b64decode(data, validate=True).decode("latin-1").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (scheme, name, password) if colon else None


def assemble_http_basic_auth(scheme, username, password):
    """The value of an Authorization field."""
    return f"{scheme} {base64.b64encode(f'{username}:{password}'.encode('latin-1')).decode()}"


def __getattr__(name):
    if name == "Headers":
        from mitmproxy.http import Headers
        return Headers
    raise AttributeError(name)
