"""Web applications inside the proxy."""
from typing import Any
from collections.abc import Awaitable

from mitmproxy.http import HTTPFlow

class _App:
    def __init__(self, app: Any, host: str, port: int) -> None: ...
    app: Any
    host: str
    name: str
    port: int
    def request(self, flow: HTTPFlow) -> Awaitable[None]: ...
    def should_serve(self, flow: HTTPFlow) -> bool: ...

class ASGIApp(_App):
    """An addon that answers for a host and port by an ASGI application."""

class WSGIApp(_App):
    """An addon that answers for a host and port by a WSGI application."""
