"""Status codes by name, and their phrases: those of mitmproxy.net.http.status_codes."""
from mitmproxy.net.http import status_codes as _codes
from mitmproxy.net.http.status_codes import RESPONSES

__all__ = [n for n in vars(_codes) if n.isupper()]


def __getattr__(name):
    return getattr(_codes, name)
