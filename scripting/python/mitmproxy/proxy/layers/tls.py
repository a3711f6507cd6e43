"""The layers of TLS, and their events."""
from mitmproxy.hooks import (TlsClienthelloHook, TlsEstablishedClientHook, TlsEstablishedServerHook, TlsFailedClientHook,
                             TlsFailedServerHook, TlsStartClientHook, TlsStartServerHook)
from mitmproxy.proxy import layer
from mitmproxy.tls import ClientHello, ClientHelloData, TlsData

HTTP1_ALPNS, HTTP2_ALPN, HTTP3_ALPN = (b"http/1.1", b"http/1.0", b"http/0.9"), b"h2", b"h3"
HTTP_ALPNS = (HTTP3_ALPN, HTTP2_ALPN, *HTTP1_ALPNS)
__all__ = ["HTTP1_ALPNS", "HTTP2_ALPN", "HTTP3_ALPN", "HTTP_ALPNS",
           "ClientHello", "ClientHelloData", "ClientTLSLayer", "ServerTLSLayer", "TlsClienthelloHook", "TlsData",
           "TlsEstablishedClientHook", "TlsEstablishedServerHook", "TlsFailedClientHook", "TlsFailedServerHook", "TlsStartClientHook",
           "TlsStartServerHook"]


class ClientTLSLayer(layer.Layer):
    """TLS with the client, whose hello is there."""


class ServerTLSLayer(layer.Layer):
    """TLS with the server, then what its child is."""

    def __init__(self, context, conn=None):
        super().__init__(context)
        self.conn = conn or context.server
