"""Arguments of TLS events."""
from typing import Any

class ClientHello:
    """The first message of a TLS client."""
    def __init__(self, sni: Any = ..., alpn_protocols: Any = ..., cipher_suites: Any = ..., extensions: Any = ..., raw: Any = ...) -> None: ...
    alpn_protocols: Any
    cipher_suites: Any
    extensions: Any
    @classmethod
    def parse(cls, raw: Any) -> Any: ...
    def raw_bytes(self, wrap_in_record: Any = ...) -> Any: ...
    sni: str | None

class ClientHelloData:
    """What tls_clienthello is given."""
    def __init__(self, context: Any, client_hello: Any) -> None: ...
    client_hello: Any
    context: Any
    establish_server_tls_first: bool
    ignore_connection: bool

class Context:
    """The connections of an event."""
    def __init__(self, client: Any, server: Any) -> None: ...
    client: Any
    server: Any

class TlsData:
    """What the other TLS events are given."""
    def __init__(self, conn: Any, context: Any, ssl_conn: Any = ..., is_dtls: Any = ...) -> None: ...
    conn: Any
    context: Any
    is_dtls: bool
    ssl_conn: Any
