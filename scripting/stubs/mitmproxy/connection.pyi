"""The facts of client and server connections."""
from typing import Any

class Client(Connection):
    """The connection of a client to the proxy."""
    def __init__(self, peername: Any = ..., sockname: Any = ..., timestamp_start: Any = ..., **facts: Any) -> None: ...
    address: Any
    clientcert: Any
    def get_state(self) -> Any: ...
    mitmcert: Any
    proxy_mode: Any
    def set_state(self, s: Any) -> Any: ...

class Connection:
    """A connection; two objects are equal when they stand for the same one."""
    def __init__(self, **facts: Any) -> None: ...
    alpn: str | None
    alpn_offers: Any
    alpn_proto_negotiated: Any
    certificate_list: Any
    cipher: str
    cipher_list: Any
    cipher_name: Any
    connected: bool
    def copy(self) -> Connection: ...
    error: Any
    @classmethod
    def from_state(cls, state: Any) -> Connection: ...
    id: str
    peername: tuple[str, int] | None
    sni: str | None
    sockname: tuple[str, int] | None
    state: Any
    timestamp_end: float | None
    timestamp_start: float | None
    timestamp_tls_setup: float | None
    tls: bool
    tls_established: bool
    tls_version: str | None
    transport_protocol: str

class ConnectionState:
    """Which directions of a connection are open."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    CAN_READ: Any
    CAN_WRITE: Any
    CLOSED: Any
    OPEN: Any

class Server(Connection):
    """The connection of the proxy to a server."""
    def __init__(self, address: Any = ..., **facts: Any) -> None: ...
    address: Any
    cert: Any
    def get_state(self) -> Any: ...
    ip_address: Any
    def set_state(self, s: Any) -> Any: ...
    source_address: Any
    timestamp_tcp_setup: float | None
    via: Any

def of_handle(handle: Any) -> Any: ...
