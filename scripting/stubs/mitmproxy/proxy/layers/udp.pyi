"""The layer that passes datagrams on, and its events."""
from mitmproxy.hooks import UdpEndHook as UdpEndHook
from mitmproxy.hooks import UdpErrorHook as UdpErrorHook
from mitmproxy.hooks import UdpMessageHook as UdpMessageHook
from mitmproxy.hooks import UdpStartHook as UdpStartHook
from mitmproxy.proxy.layers.tcp import TCPLayer

class UDPLayer(TCPLayer): ...
