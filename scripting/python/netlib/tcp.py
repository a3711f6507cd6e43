"""Addresses and connection errors."""
import socket


class NetLibError(Exception):
    pass


class NetLibDisconnect(NetLibError):
    pass


class NetLibIncomplete(NetLibError):
    pass


class NetLibTimeout(NetLibError):
    pass


class NetLibSSLError(NetLibError):
    pass


class Address:
    """A host and a port; call it for the tuple."""

    def __init__(self, address, use_ipv6=False):
        self.address = tuple(address)
        self.use_ipv6 = use_ipv6

    @classmethod
    def wrap(cls, t):
        return t if isinstance(t, cls) else cls(t)

    def __call__(self):
        return self.address

    @property
    def host(self):
        return self.address[0]

    @property
    def port(self):
        return self.address[1]

    @property
    def family(self):
        """socket.AF_INET, or AF_INET6 if it is that."""
        return socket.AF_INET6 if self.use_ipv6 or ":" in self.host else socket.AF_INET

    def __iter__(self):
        return iter(self.address)

    def __getitem__(self, i):
        return self.address[i]

    def __eq__(self, other):
        try:
            return self.address == Address.wrap(other).address
        except (TypeError, ValueError):
            return NotImplemented

    def __hash__(self):
        return hash(self.address)

    def __repr__(self):
        return repr(self.address)

    def __str__(self):
        return "%s:%s" % self.address[:2]
