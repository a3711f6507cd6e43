"""The outermost layers: names, for the mode of a connection is chosen with --mode."""
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer

class _Mode(Layer):
    def __init__(self, context: Context) -> None: ...

class DestinationKnown(_Mode):
    """What is the same for the modes whose clients do not ask for a server."""

class HttpProxy(_Mode):
    """A proxy for its clients."""

class HttpUpstreamProxy(_Mode):
    """A proxy in front of another one."""

class ReverseProxy(DestinationKnown):
    """All goes to one server."""

class Socks5Proxy(DestinationKnown):
    """SOCKS 5."""

class TransparentProxy(DestinationKnown):
    """What comes was meant for somebody else."""
