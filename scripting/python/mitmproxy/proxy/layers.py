"""Names of the protocol layers."""
from mitmproxy.proxy.layer import Layer


class HttpLayer(Layer):
    pass


class TCPLayer(Layer):
    pass


class UDPLayer(Layer):
    pass


class DNSLayer(Layer):
    pass


class WebsocketLayer(Layer):
    pass


class ClientTLSLayer(Layer):
    pass


class ServerTLSLayer(Layer):
    pass
