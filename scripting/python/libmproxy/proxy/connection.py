"""Client and server connections."""
import re
import time

from mitmproxy import connection as _connection
from netlib.certutils import SSLCert
from netlib.tcp import Address


def _cert(c):
    return SSLCert(c.to_der()) if c is not None else None


def _bits(cipher):
    """How many bits the key of a cipher has, by the cipher's name; None if that does not say so."""
    m = re.search(r"(?:AES|CAMELLIA|ARIA)_?(128|256)", cipher or "")
    return int(m[1]) if m else 256 if "CHACHA20" in (cipher or "") else None


class _Raw:
    """The connection itself, as far as scripts ask it."""

    def __init__(self, c):
        self._c = c

    def get_servername(self):
        return self._c.sni


class _Connection:
    """What both ends share."""

    _c = connection = rfile = wfile = None
    finished = False
    timestamp_start = timestamp_end = timestamp_ssl_setup = None
    ssl_established = False

    @classmethod
    def of(cls, c):
        """The classic face of a connection, with the facts of now; always the same one, for scripts keep things by it."""
        o = c.__dict__.get("_classic")
        if o is None:
            o = c.__dict__["_classic"] = cls.__new__(cls)
            o._c, o.connection = c, _Raw(c)
        o.ssl_established = c.tls_established
        o.timestamp_start, o.timestamp_end = c.timestamp_start, c.timestamp_end
        o.timestamp_ssl_setup = c.timestamp_tls_setup
        o._fill(c)
        return o

    def __repr__(self):
        ssl = "[ssl] " if self.ssl_established else ""
        where = "%s:%s" % self.address()[:2] if self.address else ""
        return "<%s: %s%s>" % (type(self).__name__, ssl, where)

    def get_state(self, short=False):
        return self._c.get_state()

    def load_state(self, state):
        self._c.set_state(state)

    @classmethod
    def from_state(cls, state):
        return cls.of(cls._today.from_state(state))

    def copy(self):
        return type(self).of(self._c.copy())

    def get_current_cipher(self):
        """(name, bits, version) of TLS, None without."""
        if not self.ssl_established:
            return None
        return self._c.cipher, _bits(self._c.cipher), self._c.tls_version

    def send(self, data):
        raise NotImplementedError("connections are the program's: answer with flow.reply(HTTPResponse(...))")

    def finish(self):
        self.finished = True


class ClientConnection(_Connection):
    """
    Describes a client connection.

    address: the client's address: address.host, address.port; call it for a tuple.
    clientcert: the certificate that the client has shown, or None.
    ssl_established: whether TLS is spoken.
    timestamp_start, timestamp_end, timestamp_ssl_setup: when it began, ended, and TLS was up.
    """

    _handler = None

    _today = _connection.Client

    def __init__(self, client_connection, address, server):
        self.connection, self.server = client_connection, server
        self.address = Address.wrap(address) if address else None
        self.clientcert = None
        self.timestamp_start = time.time()
        self._c = _connection.Client(self.address and self.address(), None, self.timestamp_start)

    def _fill(self, c):
        self.address = Address(c.peername) if c.peername else None
        self.clientcert, self.server = _cert(c.clientcert), None

    def send(self, data):
        """The response that a script takes over goes out by itself; nothing else can be sent."""
        if not data.startswith("HTTP/1." if isinstance(data, str) else b"HTTP/1."):
            super().send(data)


class ServerConnection(_Connection):
    """
    Describes a server connection.

    address: where it leads, which may be an upstream proxy: address.host, address.port; call it for a tuple.
    source_address: our own end.
    cert: the server's certificate (SSLCert), or None.
    ssl_established: whether TLS is spoken; sni: the name that was asked for.
    timestamp_start, timestamp_end, timestamp_tcp_setup, timestamp_ssl_setup: when.
    """

    timestamp_tcp_setup = None
    cert = sni = source_address = None
    state = ()
    _via = None

    _today = _connection.Server

    def __init__(self, address):
        self.address, self.state = Address.wrap(address), []
        self._c = _connection.Server(self.address())

    def _fill(self, c):
        self._via, where = c.via, c.via[1] if c.via else c.address
        self.address = Address(where) if where else None
        self.source_address = Address(c.sockname) if c.sockname else None
        self.cert, self.sni, self.state = _cert(c.cert), c.sni, []
        if c.via and c.tls and c.address:
            self.state.append(("http", {"state": "connect", "host": c.address[0], "port": c.address[1]}))
        self.timestamp_tcp_setup = c.timestamp_tcp_setup
