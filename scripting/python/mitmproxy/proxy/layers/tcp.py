"""The layer that passes bytes on, and its events."""
from mitmproxy.hooks import TcpEndHook, TcpErrorHook, TcpMessageHook, TcpStartHook
from mitmproxy.proxy import layer

__all__ = ["TCPLayer", "TcpEndHook", "TcpErrorHook", "TcpMessageHook", "TcpStartHook"]


class TCPLayer(layer.Layer):
    """Bytes both ways, as a TCP flow; with ignore without one."""

    def __init__(self, context, ignore=False):
        super().__init__(context)
        self.flow = None if ignore else True
