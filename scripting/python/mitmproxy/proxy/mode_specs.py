"""Proxy modes in text: MODE[:DATA][@[HOST:]PORT]."""


class ProxyMode:
    """A mode and what it needs."""

    def __init__(self, full_spec, type_name, data, listen_host, listen_port):
        self.full_spec, self.type_name, self.data = full_spec, type_name, data
        self.custom_listen_host, self.custom_listen_port = listen_host, listen_port

    def __repr__(self):
        return f"ProxyMode.parse({self.full_spec!r})"

    def __eq__(self, other):
        return isinstance(other, ProxyMode) and self.full_spec == other.full_spec

    def __hash__(self):
        return hash(self.full_spec)

    @classmethod
    def parse(cls, spec):
        head, _, listen = spec.rpartition("@") if "@" in spec else (spec, "", "")
        mode, _, data = head.partition(":")
        host, _, port = listen.rpartition(":")
        if listen and (not port.isdigit() or int(port) > 65535):
            raise ValueError(f"invalid port: {port}")
        return cls(spec, mode.lower(), data, host.strip("[]") or None, int(port) if listen else None)
