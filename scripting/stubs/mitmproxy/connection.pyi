"""The facts of client and server connections."""
from typing import Any, Literal
from collections.abc import Sequence
from enum import Flag

from mitmproxy.certs import Cert
from mitmproxy.net.server_spec import ServerSpec
from mitmproxy.proxy.mode_specs import ProxyMode

Address = tuple[str, int]
TransportProtocol = Literal["tcp", "udp"]
TlsVersion = Literal["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv0.9", "DTLSv1", "DTLSv1.2", "QUICv1"]

class Client(Connection):
    """The connection of a client to the proxy."""
    def __init__(self, peername: tuple[str, int] | None = ..., sockname: tuple[str, int] | None = ...,
                 timestamp_start: float | None = ..., **facts: Any) -> None: ...
    address: tuple[str, int] | None
    clientcert: Cert | None
    def get_state(self) -> dict[str, Any]: ...
    mitmcert: Cert | None
    proxy_mode: ProxyMode
    def set_state(self, s: dict[str, Any]) -> None: ...

class Connection:
    """A connection; two objects are equal when they stand for the same one."""
    def __init__(self, **facts: Any) -> None: ...
    alpn: bytes | None
    alpn_offers: Sequence[bytes]
    alpn_proto_negotiated: bytes | None
    certificate_list: Sequence[Cert]
    cipher: str | None
    cipher_list: Sequence[str]
    cipher_name: str | None
    connected: bool
    def copy(self) -> Connection: ...
    error: str | None
    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Connection: ...
    id: str
    peername: tuple[str, int] | None
    sni: str | None
    sockname: tuple[str, int] | None
    state: ConnectionState
    timestamp_end: float | None
    timestamp_start: float | None
    timestamp_tls_setup: float | None
    tls: bool
    tls_established: bool
    tls_version: str | None
    transport_protocol: Literal["tcp", "udp"]

class ConnectionState(Flag):
    """Which directions of a connection are open."""
    CAN_READ = 1
    CAN_WRITE = 2
    CLOSED = 0
    OPEN = 3

class Server(Connection):
    """The connection of the proxy to a server."""
    def __init__(self, address: tuple[str, int] | None = ..., **facts: Any) -> None: ...
    address: tuple[str, int] | None
    cert: Cert | None
    def get_state(self) -> dict[str, Any]: ...
    ip_address: tuple[str, int] | None
    def set_state(self, s: dict[str, Any]) -> None: ...
    source_address: tuple[str, int] | None
    timestamp_tcp_setup: float | None
    via: ServerSpec | None

def of_handle(handle: Any) -> Connection: ...
