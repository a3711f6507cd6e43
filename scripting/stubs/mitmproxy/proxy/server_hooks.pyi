"""Arguments of connection events."""
from mitmproxy.connection import Client, Server

class ServerConnectHook: ...

class ServerConnectedHook: ...

class ServerConnectionHookData:
    """What server_connect and its kin are given."""
    def __init__(self, server: Server, client: Client) -> None: ...
    client: Client
    server: Server

class ServerDisconnectedHook: ...
