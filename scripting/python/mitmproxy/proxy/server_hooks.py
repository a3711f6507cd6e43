"""Arguments of connection events."""


class ServerConnectionHookData:
    """What server_connect and its kin are given."""

    def __init__(self, server, client):
        self.server, self.client = server, client


class ServerConnectedHook:
    pass


class ServerConnectHook:
    pass


class ServerDisconnectedHook:
    pass
