"""Addresses of upstream servers, "scheme://host:port"."""
import re
from operator import itemgetter

from mitmproxy.net import check as _check

_SPEC = re.compile(r"^(?:(?P<scheme>\w+)://)?(?P<host>[^:/]+|\[.+\])(?::(?P<port>\d+))?/?$")
_PORTS = {"http": 80, "https": 443, "quic": 443, "http3": 443, "dns": 53, "tls": 443}


_SCHEMES = {*_PORTS, "tcp", "udp", "dtls"}


class ServerSpec(tuple):
    """(scheme, (host, port)), given as such or as the two parts of it."""

    __slots__ = ()

    def __new__(cls, scheme, address=None):
        if address is None:
            scheme, address = scheme
        host, port = address
        return super().__new__(cls, (scheme, (host, port)))

    scheme, address = property(itemgetter(0)), property(itemgetter(1))


def parse(spec, default_scheme=None):
    """A ServerSpec; ValueError on nonsense."""
    m = _SPEC.match(spec)
    if not m:
        raise ValueError(f"Invalid server specification: {spec}")
    scheme = m["scheme"] or default_scheme or ("https" if m["port"] in (None, "443") else "http")
    if scheme not in _SCHEMES:
        raise ValueError(f"Invalid server scheme: {scheme}")
    host = m["host"].strip("[]")
    if not _check.is_valid_host(host):
        raise ValueError(f"Invalid hostname: {host}")
    port = int(m["port"]) if m["port"] else _PORTS.get(scheme)
    if port is None:
        raise ValueError(f"Port specification missing for {scheme}")
    if not 0 <= port <= 65535:
        raise ValueError(f"Invalid port: {port}")
    return ServerSpec(scheme, (host, port))
