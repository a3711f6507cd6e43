"""Arguments of TLS events."""
from mitmproxy.connection import Client, Connection, Server

class ClientHello:
    """The first message of a TLS client, out of the body of that message (RFC 8446 4.1.2, RFC 6347 4.2.1).
    EOFError if it is cut off."""
    def __init__(self, raw_client_hello: bytes, dtls: bool = ...) -> None: ...
    alpn_protocols: list[bytes]
    cipher_suites: list[int]
    extensions: list[tuple[int, bytes]]
    def raw_bytes(self, wrap_in_record: bool = ...) -> bytes: ...
    sni: str | None

class ClientHelloData:
    """What tls_clienthello is given."""
    def __init__(self, context: Context, client_hello: ClientHello) -> None: ...
    client_hello: ClientHello
    context: Context
    establish_server_tls_first: bool
    ignore_connection: bool

class Context:
    """The connections of an event."""
    def __init__(self, client: Client, server: Server) -> None: ...
    client: Client
    server: Server

class TlsData:
    """What the other TLS events are given."""
    def __init__(self, conn: Connection, context: Context, ssl_conn: None = ..., is_dtls: bool = ...) -> None: ...
    conn: Connection
    context: Context
    is_dtls: bool
    ssl_conn: None
