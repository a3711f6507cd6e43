"""Proxy modes in text: MODE[:DATA][@[HOST:]PORT]."""

class DnsMode(ProxyMode):
    """A name server."""

class ProxyMode:
    """A mode and what it needs."""
    def __init__(self, full_spec: str, type_name: str, data: str, listen_host: str | None, listen_port: int | None) -> None: ...
    custom_listen_host: str | None
    custom_listen_port: int | None
    data: str
    default_port: int
    description: str
    @classmethod
    def from_state(cls, state: str) -> ProxyMode: ...
    full_spec: str
    def get_state(self) -> str: ...
    def listen_host(self, default: str | None = ...) -> str: ...
    def listen_port(self, default: int | None = ...) -> int: ...
    @classmethod
    def parse(cls, spec: str) -> ProxyMode: ...
    transport_protocol: str
    type_name: str

class RegularMode(ProxyMode):
    """What comes is for a proxy."""

class ReverseMode(_WithServer):
    """All goes to one server: scheme and address."""

class Socks5Mode(ProxyMode):
    """SOCKS 5."""

class TransparentMode(ProxyMode):
    """What comes was meant for somebody else."""

class UpstreamMode(_WithServer):
    """All goes to another proxy: scheme and address."""

class _WithServer(ProxyMode):
    address: tuple[str, int]
    scheme: str
