"""Arguments of TLS events."""
import struct


class Context:
    """The connections of an event."""

    def __init__(self, client, server):
        self.client, self.server = client, server


class ClientHello:
    """The first message of a TLS client."""

    def __init__(self, sni=None, alpn_protocols=(), cipher_suites=(), extensions=(), raw=b""):
        self.sni, self.alpn_protocols = sni, list(alpn_protocols)
        self.cipher_suites, self.extensions, self._raw = list(cipher_suites), list(extensions), raw

    def __repr__(self):
        return f"ClientHello(sni: {self.sni}, alpn_protocols: {self.alpn_protocols})"

    @classmethod
    def parse(cls, raw):
        """The parts of a message body (RFC 8446 4.1.2) that the program has found to be well-formed."""
        at = 35 + raw[34]
        suites, at = _vector(raw, at, 2)
        _, at = _vector(raw, at, 1)
        hello = cls(cipher_suites=[n for n, in _U16.iter_unpack(suites)], raw=raw)
        rest = _vector(raw, at, 2)[0] if at < len(raw) else b""
        at = 0
        while at < len(rest):
            kind = int.from_bytes(rest[at:at + 2], "big")
            data, at = _vector(rest, at + 2, 2)
            hello.extensions.append((kind, data))
            if kind == 0 and len(data) > 5:         # RFC 6066 3: a list of names, with one of type 0
                hello.sni = _vector(data, 3, 2)[0].decode("ascii", "surrogateescape")
            elif kind == 16:                        # RFC 7301 3.1
                hello.alpn_protocols = list(_vectors(data[2:]))
        return hello

    def raw_bytes(self, wrap_in_record=True):
        """The message as it came, in a record of TLS or without."""
        message = b"\1" + len(self._raw).to_bytes(3, "big") + self._raw
        return b"\x16\3\1" + len(message).to_bytes(2, "big") + message if wrap_in_record else message


_U16 = struct.Struct(">H")


def _vector(data, at, n):
    """The bytes behind a length of n bytes, and where they end."""
    end = at + n + int.from_bytes(data[at:at + n], "big")
    return data[at + n:end], end


def _vectors(data):
    at = 0
    while at < len(data):
        name, at = _vector(data, at, 1)
        yield name


class ClientHelloData:
    """What tls_clienthello is given."""

    ignore_connection = False
    establish_server_tls_first = False

    def __init__(self, context, client_hello):
        self.context, self.client_hello = context, client_hello


class TlsData:
    """What the other TLS events are given."""

    ssl_conn = None
    is_dtls = False

    def __init__(self, conn, context, ssl_conn=None, is_dtls=False):
        self.conn, self.context, self.ssl_conn, self.is_dtls = conn, context, ssl_conn, is_dtls
