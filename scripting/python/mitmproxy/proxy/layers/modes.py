"""The outermost layers: names, for the mode of a connection is chosen with --mode."""
from mitmproxy.proxy import layer


class _Mode(layer.Layer):
    def __init__(self, context):
        raise NotImplementedError("modes are chosen with --mode (or --set mode=...); the one of a connection is client_conn.proxy_mode")


class HttpProxy(_Mode):
    """A proxy for its clients."""


class HttpUpstreamProxy(_Mode):
    """A proxy in front of another one."""


class DestinationKnown(_Mode):
    """What is the same for the modes whose clients do not ask for a server."""


class ReverseProxy(DestinationKnown):
    """All goes to one server."""


class TransparentProxy(DestinationKnown):
    """What comes was meant for somebody else."""


class Socks5Proxy(DestinationKnown):
    """SOCKS 5."""
