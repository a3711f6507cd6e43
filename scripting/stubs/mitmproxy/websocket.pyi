"""WebSocket conversations."""
from typing import Any

BINARY: Any
class Opcode(int):
    """The kind of a message."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

TEXT: Any
class WebSocketData:
    """The messages of a WebSocket and how it ended."""
    def __init__(self) -> None: ...
    close_code: int
    close_reason: str
    closed_by_client: bool
    @classmethod
    def from_state(cls, state: Any) -> WebSocketData: ...
    def get_state(self) -> Any: ...
    messages: list[WebSocketMessage]
    def set_state(self, state: Any) -> Any: ...
    timestamp_end: float | None

class WebSocketMessage:
    """One message of a WebSocket."""
    def __init__(self, type: Any, from_client: Any, content: Any, timestamp: Any = ..., dropped: Any = ..., injected: Any = ...) -> None: ...
    content: bytes
    def drop(self) -> None: ...
    dropped: bool
    from_client: bool
    @classmethod
    def from_state(cls, state: Any) -> WebSocketMessage: ...
    def get_state(self) -> Any: ...
    injected: bool
    is_text: bool
    def kill(self) -> None: ...
    def set_state(self, state: Any) -> Any: ...
    text: str
    timestamp: float | None
    type: Any
