"""Web applications inside the proxy."""
from typing import Any

class ASGIApp:
    """An addon that answers for a host and port by an ASGI application."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    app: Any
    host: str
    name: str
    port: int
    def request(self, flow: Any) -> Any: ...
    def should_serve(self, flow: Any) -> Any: ...

class WSGIApp:
    """An addon that answers for a host and port by a WSGI application."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    app: Any
    host: str
    name: str
    port: int
    def request(self, flow: Any) -> Any: ...
    def should_serve(self, flow: Any) -> Any: ...
