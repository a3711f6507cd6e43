"""The layer that passes bytes on, and its events."""
from mitmproxy.hooks import TcpEndHook as TcpEndHook
from mitmproxy.hooks import TcpErrorHook as TcpErrorHook
from mitmproxy.hooks import TcpMessageHook as TcpMessageHook
from mitmproxy.hooks import TcpStartHook as TcpStartHook
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer

class TCPLayer(Layer):
    """Bytes both ways, as a TCP flow; with ignore without one."""
    def __init__(self, context: Context, ignore: bool = ...) -> None: ...
    flow: bool | None
