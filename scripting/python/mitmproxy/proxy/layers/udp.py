"""The layer that passes datagrams on, and its events."""
from mitmproxy.hooks import UdpEndHook, UdpErrorHook, UdpMessageHook, UdpStartHook
from mitmproxy.proxy.layers import tcp

__all__ = ["UDPLayer", "UdpEndHook", "UdpErrorHook", "UdpMessageHook", "UdpStartHook"]


class UDPLayer(tcp.TCPLayer):
    pass
