"""Raw TCP conversations."""
from typing import Literal

from mitmproxy.connection import Client, Server
from mitmproxy.flow import Flow

class TCPFlow(Flow):
    """A conversation, message by message."""
    def __init__(self, client_conn: Client, server_conn: Server, live: bool | None = ...) -> None: ...
    messages: list[TCPMessage]
    type: Literal["tcp", "udp"]

class TCPMessage:
    """One piece of a conversation."""
    def __init__(self, from_client: bool, content: bytes, timestamp: float | None = ...) -> None: ...
    content: bytes
    def copy(self) -> TCPMessage: ...
    from_client: bool
    @classmethod
    def from_state(cls, state: tuple[bool, bytes, float]) -> TCPMessage: ...
    def get_state(self) -> tuple[bool, bytes, float]: ...
    def set_state(self, state: tuple[bool, bytes, float]) -> None: ...
    timestamp: float
