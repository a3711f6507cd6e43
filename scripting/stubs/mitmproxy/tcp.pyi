"""Raw TCP conversations."""
from typing import Any
from mitmproxy.flow import Flow

class TCPFlow(Flow):
    """A conversation, message by message."""
    def __init__(self, client_conn: Any, server_conn: Any, live: Any = ...) -> None: ...
    messages: list[TCPMessage]
    type: str

class TCPMessage:
    """One piece of a conversation."""
    def __init__(self, from_client: Any, content: Any, timestamp: Any = ...) -> None: ...
    content: bytes
    from_client: bool
    @classmethod
    def from_state(cls, state: Any) -> TCPMessage: ...
    def get_state(self) -> Any: ...
    def set_state(self, state: Any) -> Any: ...
    timestamp: float | None
