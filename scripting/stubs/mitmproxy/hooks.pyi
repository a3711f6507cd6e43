"""Names of all events."""
from typing import Any

class AddLogHook(Hook):
    name: str

class ClientConnectedHook(Hook):
    name: str

class ClientDisconnectedHook(Hook):
    name: str

class ConfigureHook(Hook):
    name: str

class DnsErrorHook(Hook):
    name: str

class DnsRequestHook(Hook):
    name: str

class DnsResponseHook(Hook):
    name: str

class DoneHook(Hook):
    name: str

class ErrorHook(Hook):
    name: str

class Hook:
    """An event; `name` is that of its handlers."""
    def __init__(self, *args: Any) -> None: ...
    def args(self) -> list[Any]: ...
    name: str

class HttpConnectErrorHook(Hook):
    name: str

class HttpConnectHook(Hook):
    name: str

class HttpConnectUpstreamHook(Hook):
    name: str

class HttpConnectedHook(Hook):
    name: str

class LoadHook(Hook):
    name: str

class NextLayerHook(Hook):
    name: str

class QuicStartClientHook(Hook):
    name: str

class QuicStartServerHook(Hook):
    name: str

class RequestHook(Hook):
    name: str

class RequestheadersHook(Hook):
    name: str

class ResponseHook(Hook):
    name: str

class ResponseheadersHook(Hook):
    name: str

class RunningHook(Hook):
    name: str

class ServerConnectErrorHook(Hook):
    name: str

class ServerConnectHook(Hook):
    name: str

class ServerConnectedHook(Hook):
    name: str

class ServerDisconnectedHook(Hook):
    name: str

class Socks5AuthHook(Hook):
    name: str

class TcpEndHook(Hook):
    name: str

class TcpErrorHook(Hook):
    name: str

class TcpMessageHook(Hook):
    name: str

class TcpStartHook(Hook):
    name: str

class TlsClienthelloHook(Hook):
    name: str

class TlsEstablishedClientHook(Hook):
    name: str

class TlsEstablishedServerHook(Hook):
    name: str

class TlsFailedClientHook(Hook):
    name: str

class TlsFailedServerHook(Hook):
    name: str

class TlsStartClientHook(Hook):
    name: str

class TlsStartServerHook(Hook):
    name: str

class UdpEndHook(Hook):
    name: str

class UdpErrorHook(Hook):
    name: str

class UdpMessageHook(Hook):
    name: str

class UdpStartHook(Hook):
    name: str

class UpdateHook(Hook):
    name: str

class WebsocketEndHook(Hook):
    name: str

class WebsocketMessageHook(Hook):
    name: str

class WebsocketStartHook(Hook):
    name: str

all_hooks: dict[str, type[Hook]]
