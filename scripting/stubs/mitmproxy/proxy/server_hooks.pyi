"""Arguments of connection events."""
from typing import Any

class ServerConnectHook:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class ServerConnectedHook:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class ServerConnectionHookData:
    """What server_connect and its kin are given."""
    def __init__(self, server: Any, client: Any) -> None: ...
    client: Any
    server: Any

class ServerDisconnectedHook:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
