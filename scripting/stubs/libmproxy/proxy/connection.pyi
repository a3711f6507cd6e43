"""Client and server connections."""
from typing import Any

from netlib.certutils import SSLCert as SSLCert
from netlib.tcp import Address as Address

class _Connection:
    """What both ends share."""
    address: Address | None
    connection: Any
    def copy(self) -> Any: ...
    def finish(self) -> None: ...
    finished: bool
    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Any: ...
    def get_current_cipher(self) -> tuple[str, int | None, str] | None: ...
    def get_state(self, short: bool = ...) -> dict[str, Any]: ...
    def load_state(self, state: dict[str, Any], short: bool = ...) -> None: ...
    @classmethod
    def of(cls, c: Any) -> Any: ...
    def send(self, data: str | bytes) -> None: ...
    rfile: None
    ssl_established: bool
    timestamp_end: float | None
    timestamp_ssl_setup: float | None
    timestamp_start: float | None
    wfile: None

class ClientConnection(_Connection):
    """Describes a client connection."""
    def __init__(self, client_connection: Any, address: Any, server: Any) -> None: ...
    clientcert: SSLCert | None
    server: Any

class ServerConnection(_Connection):
    """Describes a server connection."""
    def __init__(self, address: Any) -> None: ...
    cert: SSLCert | None
    sni: str | None
    source_address: Address | None
    state: list[Any]
    timestamp_tcp_setup: float | None
