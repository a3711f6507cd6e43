"""The layers of TLS, and their events."""
from mitmproxy.hooks import TlsClienthelloHook as TlsClienthelloHook
from mitmproxy.hooks import TlsEstablishedClientHook as TlsEstablishedClientHook
from mitmproxy.hooks import TlsEstablishedServerHook as TlsEstablishedServerHook
from mitmproxy.hooks import TlsFailedClientHook as TlsFailedClientHook
from mitmproxy.hooks import TlsFailedServerHook as TlsFailedServerHook
from mitmproxy.hooks import TlsStartClientHook as TlsStartClientHook
from mitmproxy.hooks import TlsStartServerHook as TlsStartServerHook
from mitmproxy.connection import Server
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.tls import ClientHello as ClientHello
from mitmproxy.tls import ClientHelloData as ClientHelloData
from mitmproxy.tls import TlsData as TlsData

HTTP1_ALPNS: tuple[bytes, ...]
HTTP2_ALPN: bytes
HTTP3_ALPN: bytes
HTTP_ALPNS: tuple[bytes, ...]

class ClientTLSLayer(Layer):
    """TLS with the client, whose hello is there."""

class ServerTLSLayer(Layer):
    """TLS with the server, then what its child is."""
    def __init__(self, context: Context, conn: Server | None = ...) -> None: ...
    conn: Server | None
