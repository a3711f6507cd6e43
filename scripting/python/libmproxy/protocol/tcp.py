"""Raw connections."""
from libmproxy.protocol.primitives import ProtocolHandler


class TCPHandler(ProtocolHandler):
    """Passes bytes on as they come."""

    def __init__(self, c, log=True):
        super().__init__(c)
        self.log = log

    def handle_messages(self):
        raise NotImplementedError("raw connections cannot be taken over by scripts")
