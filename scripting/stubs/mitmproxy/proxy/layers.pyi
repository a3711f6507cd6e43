"""Names of the protocol layers."""
from typing import Any

from mitmproxy.proxy.context import Context

class ClientTLSLayer(Layer):
    """TLS with the client, whose hello is there."""

class DNSLayer(Layer): ...

class HttpLayer(Layer):
    """HTTP/1 and HTTP/2."""
    def __init__(self, context: Context, mode: Any = ...) -> None: ...
    mode: Any

from mitmproxy.proxy.layer import Layer as Layer
from mitmproxy.proxy.layer import NextLayer as NextLayer
class ServerTLSLayer(Layer):
    """TLS with the server, then what its child is."""

class TCPLayer(Layer):
    """Bytes both ways, as a TCP flow; with ignore without one."""
    def __init__(self, context: Context, ignore: bool = ...) -> None: ...
    flow: bool | None

class UDPLayer(TCPLayer): ...

class WebsocketLayer(Layer): ...
