"""What flows of all protocols share."""
from typing import Any

class Error:
    """A communications error."""
    def __init__(self, msg: Any, timestamp: Any = ...) -> None: ...
    def copy(self) -> Any: ...
    flow: Any
    @classmethod
    def from_state(cls, state: Any) -> Any: ...
    def get_state(self, short: Any = ...) -> Any: ...
    def load_state(self, state: Any) -> Any: ...
    msg: Any
    timestamp: Any

class Flow:
    """A collection of objects that stand for one transaction."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

KILL: int
from libmproxy.protocol import KillSignal as KillSignal
class LiveConnection:
    """The connections of a flow that still runs."""
    def __init__(self, c: Any) -> None: ...
    c: Any
    def change_server(self, address: Any, ssl: Any = ..., sni: Any = ..., force: Any = ..., persistent_change: Any = ...) -> Any: ...
    def restore_server(self) -> Any: ...

class ProtocolHandler:
    """Speaks a protocol with a client."""
    def __init__(self, c: Any) -> None: ...
    c: Any

class ProxyError(Exception):
    """An error that the client gets as an answer."""
    def __init__(self, code: Any, msg: Any, headers: Any = ...) -> None: ...
    code: int
    headers: Any
    msg: Any
