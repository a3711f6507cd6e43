"""Events of connections: the objects that handlers are given, and what they decide by changing them."""
import _weir

from mitmproxy import connection, tls
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

# Connections that are up: scripts may hang things on their objects.
_strong = {}
ENDS = {"client_disconnected", "server_disconnected", "server_connect_error"}


def begin(record, hook):
    """The argument for today's handlers."""
    conn = connection.of_handle(record.conn)
    if hook in ENDS:
        _strong.pop(conn.id, None)
    else:
        _strong[conn.id] = conn
    server = connection.of_handle(record.server)
    if hook.startswith("client_"):
        if record.server is not None:
            conn._target = server       # classic handlers are shown it
        return conn
    client = connection.of_handle(record.client) if record.client is not None else connection.Client()
    if hook.startswith("server_"):
        return ServerConnectionHookData(conn, client)
    context = tls.Context(client, server)
    if hook == "tls_clienthello":
        return tls.ClientHelloData(context, tls.ClientHello.parse(record.data))
    return tls.TlsData(conn, context)


def end(arg, record, hook):
    """What the handlers have decided goes back with the call."""
    if hook == "client_connected":
        decide(record, arg, arg.__dict__.pop("_target", None))
    elif hook == "server_connect":
        decide(record, arg.server, arg.server)
    elif hook == "tls_clienthello" and arg.ignore_connection:
        record.verdict(_weir.HV_IGNORE)


def decide(record, conn, server):
    """An error refuses the connection; another address sends it elsewhere."""
    if conn.error:
        record.refuse(str(conn.error))
    elif server is not None and server.address and tuple(server.address) != record.server.facts()["address"]:
        record.move(*server.address[:2])
