"""The layers of TLS, and their events."""
from mitmproxy.hooks import (TlsClienthelloHook, TlsEstablishedClientHook, TlsEstablishedServerHook, TlsFailedClientHook,
                             TlsFailedServerHook, TlsStartClientHook, TlsStartServerHook)
from mitmproxy.proxy import layer
from mitmproxy.tls import ClientHello, ClientHelloData, TlsData

__all__ = ["ClientHello", "ClientHelloData", "ClientTLSLayer", "ServerTLSLayer", "TlsClienthelloHook", "TlsData",
           "TlsEstablishedClientHook", "TlsEstablishedServerHook", "TlsFailedClientHook", "TlsFailedServerHook", "TlsStartClientHook",
           "TlsStartServerHook"]


class ClientTLSLayer(layer.Layer):
    """TLS with the client, whose hello is there."""


class ServerTLSLayer(layer.Layer):
    """TLS with the server, then what its child is."""

    def __init__(self, context, conn=None):
        super().__init__(context)
        self.conn = conn or context.server
