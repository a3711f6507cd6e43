"""Events of connections: the objects that handlers are given, and what they decide by changing them."""
import _weir

from mitmproxy import connection, ctx, tls
from mitmproxy.proxy import context, layer

# Connections that are up: scripts may hang things on their objects.
_strong = {}
ENDS = {"client_disconnected", "server_disconnected", "server_connect_error"}


def forget():
    """No event of connections is told any more."""
    _strong.clear()


def begin(record, hook):
    """The argument for today's handlers."""
    conn = connection.of_handle(record.conn)
    if hook in ENDS:
        _strong.pop(conn.id, None)
    else:
        _strong[conn.id] = conn
    server = connection.of_handle(record.server)
    if hook.startswith("client_"):
        if record.server is None:
            server = connection._not_yet(conn)
        if record.server is not None or server.via:
            conn._target = server       # classic handlers are shown it
        return conn
    client = connection.of_handle(record.client) if record.client is not None else connection.Client()
    if hook.startswith("server_"):
        from mitmproxy.proxy import server_hooks
        return server_hooks.ServerConnectionHookData(conn, client)
    if hook == "next_layer":
        n = layer.NextLayer(context.Context(client, ctx.options, server), record.data)
        n.layer = client.__dict__.pop("_next", None)
        return n
    around = tls.Context(client, server)
    if hook == "tls_clienthello":
        return tls.ClientHelloData(around, tls.ClientHello(record.data))
    return tls.TlsData(conn, around)


def end(arg, record, hook):
    """What the handlers have decided goes back with the call."""
    if hook == "client_connected":
        decide(record, arg, arg.__dict__.pop("_target", None))
    elif hook == "server_connect":
        decide(record, arg.server, arg.server)
    elif hook == "next_layer":
        choose(record, arg)
    elif hook == "tls_clienthello" and arg.ignore_connection:
        record.verdict(_weir.HV_IGNORE)


def choose(record, nextlayer):
    """The layer that a handler has set, and the one inside of it for the next time."""
    server, chosen = nextlayer.context.server, nextlayer.layer
    if record.server is not None:
        decide(record, server, server)
    if chosen is None:
        return
    from mitmproxy.proxy import layers
    if isinstance(chosen, layers.ServerTLSLayer):
        chosen = chosen.child_layer
    if isinstance(chosen, layers.TCPLayer):
        record.verdict(_weir.HV_RAW if chosen.flow else _weir.HV_IGNORE)
    elif isinstance(chosen, layers.HttpLayer):
        record.verdict(_weir.HV_HTTP)
    elif isinstance(chosen, layers.ClientTLSLayer) and chosen.child_layer is not None:
        nextlayer.context.client._next = chosen.child_layer


def decide(record, conn, server):
    """An error refuses the connection; another address or upstream proxy sends it elsewhere."""
    if conn.error:
        record.refuse(str(conn.error))
    elif server is not None:
        aim(record, server)


def aim(record, server):
    """What a script said of the server, as long as nobody has been connected to."""
    if server.address and tuple(server.address) != record.server.facts()["address"]:
        record.move(*server.address[:2])
    if server._chosen:
        record.via(server._via_text())
