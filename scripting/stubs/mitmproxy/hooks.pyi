"""Names of all events."""
from typing import Any

class AddLogHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ClientConnectedHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ClientDisconnectedHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ConfigureHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class DnsErrorHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class DnsRequestHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class DnsResponseHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class DoneHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ErrorHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class Hook:
    """An event; `name` is that of its handlers."""
    def __init__(self, *args: Any) -> None: ...
    def args(self) -> Any: ...
    name: str

class HttpConnectErrorHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class HttpConnectHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class HttpConnectUpstreamHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class HttpConnectedHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class LoadHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class NextLayerHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class QuicStartClientHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class QuicStartServerHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class RequestHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class RequestheadersHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ResponseHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ResponseheadersHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class RunningHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ServerConnectErrorHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ServerConnectHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ServerConnectedHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class ServerDisconnectedHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class Socks5AuthHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TcpEndHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TcpErrorHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TcpMessageHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TcpStartHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TlsClienthelloHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TlsEstablishedClientHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TlsEstablishedServerHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TlsFailedClientHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TlsFailedServerHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TlsStartClientHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class TlsStartServerHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class UdpEndHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class UdpErrorHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class UdpMessageHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class UdpStartHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class UpdateHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class WebsocketEndHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class WebsocketMessageHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

class WebsocketStartHook(Hook):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    name: str

all_hooks: Any
