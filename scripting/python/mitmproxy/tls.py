"""Arguments of TLS events."""
import struct


class Context:
    """The connections of an event."""

    def __init__(self, client, server):
        self.client, self.server = client, server


class ClientHello:
    """The first message of a TLS client, out of the body of that message (RFC 8446 4.1.2, RFC 6347 4.2.1).
    EOFError if it is cut off."""

    def __init__(self, raw_client_hello, dtls=False):
        self._raw = raw = raw_client_hello
        self._dtls = dtls
        self.sni, self.alpn_protocols, self.extensions = None, [], []
        at = _vector(raw, 34, 1)[1]                 # behind version, random and session
        if dtls:
            at = _vector(raw, at, 1)[1]             # the cookie
        suites, at = _vector(raw, at, 2)
        self.cipher_suites = [n for n, in _U16.iter_unpack(suites[:len(suites) & ~1])]
        at = _vector(raw, at, 1)[1]                 # compression
        if at < len(raw):
            self._read_extensions(_vector(raw, at, 2)[0])

    def _read_extensions(self, block):
        at = 0
        while at < len(block):
            data, end = _vector(block, at + 2, 2)
            kind, at = int.from_bytes(block[at:at + 2], "big"), end
            self.extensions.append((kind, data))
            try:
                self._look_into(kind, data)
            except EOFError:
                pass                                # one that is nonsense is but kept

    def _look_into(self, kind, data):
        if kind == 0 and len(data) > 5:             # RFC 6066 3: a list of names, with one of type 0
            self.sni = _vector(data, 3, 2)[0].decode("ascii", "surrogateescape")
        elif kind == 16:                            # RFC 7301 3.1
            self.alpn_protocols = list(_vectors(data[2:]))

    def __repr__(self):
        return f"ClientHello(sni: {self.sni}, alpn_protocols: {self.alpn_protocols})"

    def raw_bytes(self, wrap_in_record=True):
        """The body of the message as it came; with the headers of message and record in front unless told."""
        if not wrap_in_record:
            return self._raw
        n = len(self._raw)
        if self._dtls:
            message = b"\1%b%b%b%b" % (_u24(n), bytes(5), _u24(n), self._raw)
            return b"\x16\xfe\xfd%b%b%b" % (bytes(8), _U16.pack(len(message)), message)
        return b"\x16\3\3%b\1%b%b" % (_U16.pack(n + 4), _u24(n), self._raw)


_U16 = struct.Struct(">H")


def _u24(n):
    return n.to_bytes(3, "big")


def _vector(data, at, n):
    """The bytes behind a length of n bytes, and where they end."""
    end = at + n + int.from_bytes(data[at:at + n], "big")
    if at + n > len(data) or end > len(data):
        raise EOFError("the ClientHello is cut off")
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
