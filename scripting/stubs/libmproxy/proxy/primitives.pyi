"""Errors of the proxy, and lines of its log."""
from libmproxy.protocol.primitives import ProxyError as ProxyError

class Log:
    """A line for the event log."""
    def __init__(self, msg: str, level: str = ...) -> None: ...
    level: str
    msg: str

class ProxyServerError(Exception):
    """The proxy cannot start."""
