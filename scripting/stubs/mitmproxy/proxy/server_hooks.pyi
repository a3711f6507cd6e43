"""Events of connections, and their arguments."""
from mitmproxy.connection import Client, Server
from mitmproxy.hooks import ClientConnectedHook as ClientConnectedHook
from mitmproxy.hooks import ClientDisconnectedHook as ClientDisconnectedHook
from mitmproxy.hooks import ServerConnectErrorHook as ServerConnectErrorHook
from mitmproxy.hooks import ServerConnectHook as ServerConnectHook
from mitmproxy.hooks import ServerConnectedHook as ServerConnectedHook
from mitmproxy.hooks import ServerDisconnectedHook as ServerDisconnectedHook

class ServerConnectionHookData:
    """What server_connect and its kin are given."""
    def __init__(self, server: Server, client: Client) -> None: ...
    client: Client
    server: Server
