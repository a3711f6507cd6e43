"""Raw connections."""
from typing import Any

from libmproxy.protocol.primitives import ProtocolHandler as ProtocolHandler
class TCPHandler(ProtocolHandler):
    """Passes bytes on as they come."""
    def __init__(self, c: Any, log: Any = ...) -> None: ...
    def handle_messages(self) -> Any: ...
    log: Any
