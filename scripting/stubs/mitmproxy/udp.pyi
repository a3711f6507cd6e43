"""UDP conversations."""
from typing import Literal

from mitmproxy.tcp import TCPFlow
from mitmproxy.tcp import TCPMessage

class UDPFlow(TCPFlow):
    """A conversation, datagram by datagram."""
    type: Literal["udp"]

class UDPMessage(TCPMessage):
    """One datagram."""
