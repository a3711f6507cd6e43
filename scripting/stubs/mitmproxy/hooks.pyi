"""Names of all events."""
from typing import Any
from collections.abc import Sequence

from mitmproxy.connection import Client
from mitmproxy.flow import Flow

class AddLogHook(Hook):
    def __init__(self, entry: Any) -> None: ...
    entry: Any
    name: str

class ClientConnectedHook(Hook):
    def __init__(self, client: Client) -> None: ...
    client: Client
    name: str

class ClientDisconnectedHook(Hook):
    def __init__(self, client: Client) -> None: ...
    client: Client
    name: str

class ConfigureHook(Hook):
    def __init__(self, updated: set[str]) -> None: ...
    name: str
    updated: set[str]

class DnsErrorHook(FlowHook):
    name: str

class DnsRequestHook(FlowHook):
    name: str

class DnsResponseHook(FlowHook):
    name: str

class DoneHook(Hook):
    name: str

class ErrorHook(FlowHook):
    name: str

class DataHook(Hook):
    """An event with data of its own."""
    def __init__(self, data: Any) -> None: ...
    data: Any

class FlowHook(Hook):
    """An event of a flow."""
    def __init__(self, flow: Flow) -> None: ...
    flow: Flow

class Hook:
    """An event; `name` is that of its handlers. Those that scripts define are dataclasses, named after their class;
    those without a name stand for several."""
    def args(self) -> list[Any]: ...
    name: str

class HttpConnectErrorHook(FlowHook):
    name: str

class HttpConnectHook(FlowHook):
    name: str

class HttpConnectUpstreamHook(FlowHook):
    name: str

class HttpConnectedHook(FlowHook):
    name: str

class LoadHook(Hook):
    def __init__(self, loader: Any) -> None: ...
    loader: Any
    name: str

class NextLayerHook(DataHook):
    name: str

class QuicStartClientHook(DataHook):
    name: str

class QuicStartServerHook(DataHook):
    name: str

class RequestHook(FlowHook):
    name: str

class RequestheadersHook(FlowHook):
    name: str

class ResponseHook(FlowHook):
    name: str

class ResponseheadersHook(FlowHook):
    name: str

class RunningHook(Hook):
    name: str

class ServerConnectErrorHook(DataHook):
    name: str

class ServerConnectHook(DataHook):
    name: str

class ServerConnectedHook(DataHook):
    name: str

class ServerDisconnectedHook(DataHook):
    name: str

class Socks5AuthHook(DataHook):
    name: str

class TcpEndHook(FlowHook):
    name: str

class TcpErrorHook(FlowHook):
    name: str

class TcpMessageHook(FlowHook):
    name: str

class TcpStartHook(FlowHook):
    name: str

class TlsClienthelloHook(DataHook):
    name: str

class TlsEstablishedClientHook(DataHook):
    name: str

class TlsEstablishedServerHook(DataHook):
    name: str

class TlsFailedClientHook(DataHook):
    name: str

class TlsFailedServerHook(DataHook):
    name: str

class TlsStartClientHook(DataHook):
    name: str

class TlsStartServerHook(DataHook):
    name: str

class UdpEndHook(FlowHook):
    name: str

class UdpErrorHook(FlowHook):
    name: str

class UdpMessageHook(FlowHook):
    name: str

class UdpStartHook(FlowHook):
    name: str

class UpdateHook(Hook):
    def __init__(self, flows: Sequence[Flow]) -> None: ...
    flows: Sequence[Flow]
    name: str

class WebsocketEndHook(FlowHook):
    name: str

class WebsocketMessageHook(FlowHook):
    name: str

class WebsocketStartHook(FlowHook):
    name: str

all_hooks: dict[str, type[Hook]]
