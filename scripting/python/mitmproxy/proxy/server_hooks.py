"""Events of connections, and their arguments."""
from mitmproxy.hooks import (ClientConnectedHook, ClientDisconnectedHook, ServerConnectedHook, ServerConnectErrorHook, ServerConnectHook,
                             ServerDisconnectedHook)

__all__ = ["ClientConnectedHook", "ClientDisconnectedHook", "ServerConnectErrorHook", "ServerConnectHook", "ServerConnectedHook",
           "ServerConnectionHookData", "ServerDisconnectedHook"]


class ServerConnectionHookData:
    """What server_connect and its kin are given."""

    def __init__(self, server, client):
        self.server, self.client = server, client
