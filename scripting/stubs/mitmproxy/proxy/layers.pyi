"""Names of the protocol layers."""
from typing import Any

class ClientTLSLayer(Layer):
    """TLS with the client, whose hello is there."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class DNSLayer(Layer):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class HttpLayer(Layer):
    """HTTP/1 and HTTP/2."""
    def __init__(self, context: Any, mode: Any = ...) -> None: ...
    mode: Any

from mitmproxy.proxy.layer import Layer as Layer
from mitmproxy.proxy.layer import NextLayer as NextLayer
class ServerTLSLayer(Layer):
    """TLS with the server, then what its child is."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class TCPLayer(Layer):
    """Bytes both ways, as a TCP flow; with ignore without one."""
    def __init__(self, context: Any, ignore: Any = ...) -> None: ...
    flow: Any

class UDPLayer(TCPLayer):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class WebsocketLayer(Layer):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
