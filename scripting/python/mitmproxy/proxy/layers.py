"""Names of the protocol layers."""
from mitmproxy.proxy.layer import Layer, NextLayer  # noqa: F401


class HttpLayer(Layer):
    """HTTP/1 and HTTP/2."""

    def __init__(self, context, mode=None):
        super().__init__(context)
        self.mode = mode


class TCPLayer(Layer):
    """Bytes both ways, as a TCP flow; with ignore without one."""

    def __init__(self, context, ignore=False):
        super().__init__(context)
        self.flow = None if ignore else True


class UDPLayer(TCPLayer):
    pass


class DNSLayer(Layer):
    pass


class WebsocketLayer(Layer):
    pass


class ClientTLSLayer(Layer):
    """TLS with the client, whose hello is there."""


class ServerTLSLayer(Layer):
    """TLS with the server, then what its child is."""
