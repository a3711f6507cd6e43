"""WebSocket conversations."""
from enum import IntEnum
from typing import Any

BINARY: Opcode
class Opcode(IntEnum):
    """The kind of a message (RFC 6455 5.2); those of control frames are never one's."""
    BINARY = 2
    CLOSE = 8
    CONTINUATION = 0
    PING = 9
    PONG = 10
    TEXT = 1

TEXT: Opcode
class WebSocketData:
    """The messages of a WebSocket and how it ended."""
    def __init__(self) -> None: ...
    close_code: int | None
    close_reason: str | None
    closed_by_client: bool | None
    def copy(self) -> WebSocketData: ...
    @classmethod
    def from_state(cls, state: dict[str, Any]) -> WebSocketData: ...
    def get_state(self) -> dict[str, Any]: ...
    messages: list[WebSocketMessage]
    def set_state(self, state: dict[str, Any]) -> None: ...
    timestamp_end: float | None

class WebSocketMessage:
    """One message of a WebSocket."""
    def __init__(self, type: int | Opcode, from_client: bool, content: bytes, timestamp: float | None = ..., dropped: bool = ...,
                 injected: bool = ...) -> None: ...
    content: bytes
    def copy(self) -> WebSocketMessage: ...
    def drop(self) -> None: ...
    dropped: bool
    from_client: bool
    @classmethod
    def from_state(cls, state: tuple[int, bool, bytes, float, bool, bool]) -> WebSocketMessage: ...
    def get_state(self) -> tuple[int, bool, bytes, float, bool, bool]: ...
    injected: bool
    is_text: bool
    def kill(self) -> None: ...
    def set_state(self, state: tuple[int, bool, bytes, float, bool, bool]) -> None: ...
    text: str
    timestamp: float
    type: Opcode
