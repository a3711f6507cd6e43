"""UDP conversations."""
from typing import Any
from mitmproxy.tcp import TCPFlow
from mitmproxy.tcp import TCPMessage

class UDPFlow(TCPFlow):
    """A conversation, datagram by datagram."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    type: str

class UDPMessage(TCPMessage):
    """One datagram."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
