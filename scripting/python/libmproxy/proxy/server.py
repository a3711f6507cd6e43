"""Connections of clients."""
import types

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
        self.server_conn = None

    @classmethod
    def of(cls, arg):
        """The handler for the argument of an event of today."""
        h = cls.__new__(cls)
        client = getattr(arg, "client", arg)
        h._server = server = getattr(arg, "server", None) or getattr(arg, "_target", None)
        h.client_conn = ClientConnection.of(client)
        h.server_conn = ServerConnection.of(server) if server is not None else None
        h.reply = lambda msg=None: None
        return h

    @classmethod
    def of_flow(cls, flow):
        """The handler that a flow came by."""
        f = flow._f
        h = cls.of(types.SimpleNamespace(client=f.client_conn, server=f.server_conn))
        h.flow = flow
        return h

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
        self.server_conn = ServerConnection.of(server)

    def establish_server_connection(self, ask=True):
        raise NotImplementedError("connections are made by the program: use set_server_address(), and --mode for how it connects")

    del_server_connection = server_reconnect = establish_server_connection

    def establish_ssl(self, client=False, server=False, sni=None):
        """TLS behind an upstream proxy that was changed begins by itself."""
        if client or not getattr(self.server_conn, "_via", None):
            self.establish_server_connection()
