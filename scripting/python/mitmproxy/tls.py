"""Arguments of TLS events."""


class Context:
    """The connections of an event."""

    def __init__(self, client, server):
        self.client, self.server = client, server


class ClientHello:
    """The first message of a TLS client."""

    def __init__(self, sni=None, alpn_protocols=(), cipher_suites=(), extensions=(), raw=b""):
        self.sni, self.alpn_protocols = sni, list(alpn_protocols)
        self.cipher_suites, self.extensions, self._raw = list(cipher_suites), list(extensions), raw

    def raw_bytes(self, wrap_in_record=True):
        return self._raw


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


def data_of(hook, conn, record):
    """The argument of an event of the program."""
    from mitmproxy import connection
    other = None
    if record.id:
        facts = record.facts()
        other = connection.of_handle(facts[11] if isinstance(conn, connection.Client) else facts[10])
    if isinstance(conn, connection.Client):
        context = Context(conn, other or connection.Server())
    else:
        context = Context(other or connection.Client(), conn)
    if hook == "tls_clienthello":
        return ClientHelloData(context, ClientHello(conn.sni, conn.alpn_offers or (), conn.cipher_list or ()))
    return TlsData(conn, context)
