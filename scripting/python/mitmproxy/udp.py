"""UDP conversations."""
from mitmproxy import tcp


class UDPMessage(tcp.TCPMessage):
    """One datagram."""


class UDPFlow(tcp.TCPFlow):
    """A conversation, datagram by datagram."""

    type = "udp"
    _message = UDPMessage
