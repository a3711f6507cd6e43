"""What flows of all protocols share."""
from libmproxy.protocol import KILL, KillSignal
from mitmproxy import connection
from mitmproxy import flow as _flow


class ProxyError(Exception):
    """An error that the client gets as an answer."""

    def __init__(self, code, msg, headers=None):
        super().__init__(msg)
        self.code, self.msg, self.headers = code, msg, headers


class Error(_flow.Error):
    """
    A communications error.

    This is distinct from an HTTP error response (a 500, say), which is a response like others. It has a
    message and the time when it happened.

    msg: what happened.
    timestamp: seconds since the epoch.
    """

    flow = None

    def get_state(self, short=False):
        return super().get_state()

    def load_state(self, state):
        self.set_state(state)


class Flow:
    """A collection of objects that stand for one transaction."""


class ProtocolHandler:
    """Speaks a protocol with a client."""

    def __init__(self, c):
        self.c = c


class LiveConnection:
    """
    The connections of a flow that still runs.

    c: the ConnectionHandler.
    """

    def __init__(self, c):
        self.c = c

    def change_server(self, address, ssl=None, sni=None, force=False, persistent_change=False):
        """This request goes to another server; in --mode upstream, by another proxy. True if that is a change."""
        flow = self.c.flow
        if flow._f.client_conn.proxy_mode.type_name == "upstream":
            scheme = {None: None, True: "https", False: "http"}[ssl]
            return self._change_via(address, scheme, persistent_change) or force
        r, scheme = flow.request, {None: flow.request.scheme, True: "https", False: "http"}[ssl]
        changed = force or (r.host, r.port, r.scheme) != (*address, scheme)
        r.host, r.port, r.scheme = *address, scheme
        return changed

    def change_upstream_proxy_server(self, address):
        """This request goes by another upstream proxy. True if that is a change."""
        return self._change_via(address, None, False)

    def _change_via(self, address, scheme, stays):
        f = self.c.flow._f
        was = f.server_conn.via
        f.server_conn = connection.Server(address=f.server_conn.address)
        f.server_conn.via = (scheme or (was[0] if was else "http"), tuple(address)[:2])
        f._via_stays = bool(stays)
        self.c.server_conn = self.c.flow.server_conn
        return was != f.server_conn.via

    def restore_server(self):
        """Nothing is to be done: a change is for one request, unless it is a persistent one."""


__all__ = ["KILL", "KillSignal", "Error", "Flow", "LiveConnection", "ProtocolHandler", "ProxyError"]
