"""Addresses and connection errors."""
from typing import Any

class Address:
    """A host and a port; call it for the tuple."""
    def __init__(self, address: Any, use_ipv6: Any = ...) -> None: ...
    address: Any
    host: Any
    port: int
    use_ipv6: Any
    @classmethod
    def wrap(cls, t: Any) -> Any: ...

class NetLibDisconnect(NetLibError):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class NetLibError(Exception):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class NetLibIncomplete(NetLibError):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class NetLibSSLError(NetLibError):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class NetLibTimeout(NetLibError):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
