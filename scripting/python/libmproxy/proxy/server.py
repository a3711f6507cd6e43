"""Connections of clients."""
from libmproxy import controller
from libmproxy.proxy.connection import ClientConnection, ServerConnection


class ConnectionHandler:
    """
    Describes a proxy client connection session.

    client_conn: a ClientConnection.
    server_conn: a ServerConnection, None until it is known.
    """

    config = channel = flow = _server = None
    conntype = "http"
    sni = None

    def __init__(self, config=None, client_connection=None, client_address=None, server=None, channel=None,
                 server_version=None):
        self.config, self.channel = config, channel
        self.client_conn = ClientConnection(client_connection, client_address, server)
        self.server_conn, self.reply = None, controller.Reply()

    @classmethod
    def of(cls, arg):
        """The handler for the argument of an event of today; the same one for all events of a client's connection."""
        client = ClientConnection.of(getattr(arg, "client", arg))
        h = client._handler
        if h is None:
            h = client._handler = cls.__new__(cls)
            h.client_conn = client
        server = getattr(arg, "server", None) or getattr(arg, "_target", None)
        if server is not None or h._server is None:
            h._set_server(server)
        h.reply = controller.Reply()
        return h

    @classmethod
    def of_flow(cls, flow):
        """The handler that a flow came by, with the server of this flow."""
        f, h = flow._f, cls.__new__(cls)
        client = ClientConnection.of(f.client_conn)
        if client._handler is not None:
            h.__dict__.update(client._handler.__dict__)
        h.client_conn, h.flow, h.reply = client, flow, controller.Reply()
        h._set_server(f.server_conn)
        return h

    def _set_server(self, server):
        self._server = server
        self.server_conn = ServerConnection.of(server) if server is not None else None

    # Several requests at once share a connection: each has a handler, and they are the same to scripts.

    def __eq__(self, other):
        return isinstance(other, ConnectionHandler) and self.client_conn is other.client_conn

    def __hash__(self):
        return hash(self.client_conn)

    def log(self, msg, level="info", subs=()):
        """Write a line to the event log."""
        from weirhost import state
        state.log("\n".join(["%s:%s: %s" % (*self.client_conn.address()[:2], msg), *("  -> " + s for s in subs)]), level)

    def set_server_address(self, address):
        """The connection is to go elsewhere; where an upstream proxy is between, to another one."""
        server = self._server
        if server is None:
            raise RuntimeError("there is no server yet")
        if server.via:
            server.via = (server.via[0], tuple(address)[:2])
        else:
            server.address = tuple(address)
        self._set_server(server)

    def establish_server_connection(self, ask=True):
        raise NotImplementedError("connections are made by the program: use set_server_address(), and --mode for how it connects")

    del_server_connection = server_reconnect = establish_server_connection

    def establish_ssl(self, client=False, server=False, sni=None):
        """TLS behind an upstream proxy that was changed begins by itself."""
        if client or not getattr(self.server_conn, "_via", None):
            self.establish_server_connection()
