"""Raw connections."""
from libmproxy.protocol.primitives import ProtocolHandler


class TCPHandler(ProtocolHandler):
    """Passes bytes on as they come."""

    def __init__(self, c, log=True):
        super().__init__(c)
        self.log = log

    def handle_messages(self):
        """What follows a 101 is passed on by the program: no reply ends it any more."""
        flow = getattr(self.c, "flow", None)
        if flow is None or flow.response is None or flow.response.code != 101:
            raise NotImplementedError("only what follows a 101 can be passed on; for others use the option ignore_hosts or tcp_hosts")
        flow.reply.acked = True
