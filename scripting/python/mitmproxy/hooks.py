"""Names of all events."""
import re

_NAMES = """load configure running done update add_log
client_connected client_disconnected server_connect server_connected server_disconnected server_connect_error
http_connect http_connect_upstream http_connected http_connect_error requestheaders request responseheaders response error
tls_clienthello tls_start_client tls_start_server tls_established_client tls_established_server tls_failed_client
tls_failed_server quic_start_client quic_start_server tcp_start tcp_message tcp_end tcp_error udp_start udp_message
udp_end udp_error dns_request dns_response dns_error websocket_start websocket_message websocket_end socks5_auth
next_layer""".split()
_OF_FLOWS = ("requestheaders", "request", "responseheaders", "response", "error")


class Hook:
    """An event; `name` is that of its handlers."""

    name = ""

    def __init__(self, *args):
        self._args = args

    def args(self):
        return list(self._args)


class FlowHook(Hook):
    """An event of a flow."""

    def __init__(self, flow):
        super().__init__(flow)
        self.flow = flow


class DataHook(Hook):
    """An event with data of its own."""

    def __init__(self, data):
        super().__init__(data)
        self.data = data


def _class(name):
    camel = re.sub(r"(?:^|_)([a-z])", lambda m: m[1].upper(), name)
    kind = Hook
    if name in _OF_FLOWS or name.startswith(("http_", "tcp_", "udp_", "dns_", "websocket_")):
        kind = FlowHook
    elif name.startswith(("server_", "tls_", "quic_", "next_layer", "socks5_")):
        kind = DataHook
    return type(camel + "Hook", (kind,), {"name": name})


all_hooks = {n: _class(n) for n in _NAMES}
globals().update({c.__name__: c for c in all_hooks.values()})
