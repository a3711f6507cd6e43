"""Proxy modes in text: MODE[:DATA][@[HOST:]PORT]."""
from mitmproxy.net import server_spec


class ProxyMode:
    """A mode and what it needs."""

    description, default_port, transport_protocol = "", 8080, "tcp"

    def __init__(self, full_spec, type_name, data, listen_host, listen_port):
        self.full_spec, self.type_name, self.data = full_spec, type_name, data
        self.custom_listen_host, self.custom_listen_port = listen_host, listen_port

    def __repr__(self):
        return f"ProxyMode.parse({self.full_spec!r})"

    def __eq__(self, other):
        return isinstance(other, ProxyMode) and self.full_spec == other.full_spec

    def __hash__(self):
        return hash(self.full_spec)

    def listen_host(self, default=None):
        """Where to listen: what the mode says, else the default, else everywhere."""
        return next(h for h in (self.custom_listen_host, default, "") if h is not None)

    def listen_port(self, default=None):
        """The port: what the mode says, else the default, else that of its kind."""
        return next(p for p in (self.custom_listen_port, default, self.default_port) if p is not None)

    def get_state(self):
        return self.full_spec

    @classmethod
    def from_state(cls, state):
        return ProxyMode.parse(state)

    @classmethod
    def parse(cls, spec):
        head, _, listen = spec.rpartition("@") if "@" in spec else (spec, "", "")
        mode, _, data = head.partition(":")
        host, _, port = listen.rpartition(":")
        if listen and (not port.isdigit() or int(port) > 65535):
            raise ValueError(f"invalid port: {port}")
        name = mode.lower()
        kind = _KINDS.get(name, cls)
        if not issubclass(kind, cls):
            raise ValueError(f"{name!r} is not a spec for a {cls.__name__}")
        return kind(spec, name, data, host.strip("[]") or None, int(port) if listen else None)


class _WithServer(ProxyMode):
    """A mode that names a server."""

    _scheme = "https"

    def __init__(self, *parts):
        super().__init__(*parts)
        self.scheme, self.address = server_spec.parse(self.data, self._scheme)


class RegularMode(ProxyMode):
    """What comes is for a proxy."""

    description = "HTTP(S) proxy"


class TransparentMode(ProxyMode):
    """What comes was meant for somebody else."""

    description = "Transparent Proxy"


class UpstreamMode(_WithServer):
    """All goes to another proxy: scheme and address."""

    description = "HTTP(S) proxy (upstream mode)"

    _scheme = "http"


class ReverseMode(_WithServer):
    """All goes to one server: scheme and address."""

    def __init__(self, *parts):
        super().__init__(*parts)
        self.description = f"reverse proxy to {self.data}"
        if self.scheme in ("dtls", "udp"):
            self.transport_protocol = "udp"
        elif self.scheme == "dns":
            self.transport_protocol, self.default_port = "both", 53


class Socks5Mode(ProxyMode):
    """SOCKS 5."""

    description, default_port = "SOCKS v5 proxy", 1080


class DnsMode(ProxyMode):
    """A name server."""

    description, default_port, transport_protocol = "DNS server", 53, "both"


_KINDS = {"regular": RegularMode, "transparent": TransparentMode, "upstream": UpstreamMode, "reverse": ReverseMode, "socks5": Socks5Mode,
          "dns": DnsMode}
