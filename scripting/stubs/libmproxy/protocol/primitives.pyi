"""What flows of all protocols share."""
from typing import Any
from libmproxy.proxy.server import ConnectionHandler


class Error:
    """A communications error."""
    def __init__(self, msg: str, timestamp: float | None = ...) -> None: ...
    KILLED_MESSAGE: str
    def copy(self) -> Any: ...
    flow: Any
    @classmethod
    def from_state(cls, state: Any) -> Any: ...
    def get_state(self, short: bool = ...) -> dict[str, Any]: ...
    def load_state(self, state: Any) -> Any: ...
    msg: str
    def set_state(self, state: Any) -> None: ...
    timestamp: float

class Flow:
    """A collection of objects that stand for one transaction."""

KILL: int
from libmproxy.protocol import KillSignal as KillSignal
class LiveConnection:
    """The connections of a flow that still runs."""
    def __init__(self, c: Any) -> None: ...
    c: ConnectionHandler
    def change_server(self, address: tuple[str, int], ssl: bool | None = ..., sni: str | None = ..., force: bool = ..., persistent_change: bool = ...) -> bool: ...
    def change_upstream_proxy_server(self, address: tuple[str, int]) -> bool: ...
    def restore_server(self) -> None: ...

class ProtocolHandler:
    """Speaks a protocol with a client."""
    def __init__(self, c: Any) -> None: ...
    c: ConnectionHandler

class ProxyError(Exception):
    """An error that the client gets as an answer."""
    def __init__(self, code: Any, msg: Any, headers: Any = ...) -> None: ...
    code: int
    headers: Any
    msg: str
