"""Addresses of upstream servers, "scheme://host:port"."""
import re

_SPEC = re.compile(r"^(?:(?P<scheme>\w+)://)?(?P<host>[^:/]+|\[.+\])(?::(?P<port>\d+))?/?$")
_PORTS = {"http": 80, "https": 443, "quic": 443, "http3": 443, "dns": 53, "tls": 443}


def parse(spec, default_scheme=None):
    """(scheme, (host, port)); ValueError on nonsense."""
    m = _SPEC.match(spec)
    if not m:
        raise ValueError(f"Invalid server specification: {spec}")
    scheme = m["scheme"] or default_scheme or ("https" if m["port"] in (None, "443") else "http")
    host = m["host"].strip("[]")
    port = int(m["port"]) if m["port"] else _PORTS.get(scheme)
    if port is None:
        raise ValueError(f"Port specification missing for {scheme}")
    if not 0 <= port <= 65535:
        raise ValueError(f"Invalid port: {port}")
    return scheme, (host, port)
