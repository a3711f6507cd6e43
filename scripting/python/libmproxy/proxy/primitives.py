"""Errors of the proxy, and lines of its log."""
from libmproxy.protocol.primitives import ProxyError

__all__ = ["Log", "ProxyError", "ProxyServerError"]


class ProxyServerError(Exception):
    """The proxy cannot start."""


class Log:
    """A line for the event log."""

    def __init__(self, msg, level="info"):
        self.msg, self.level = msg, level
