"""Connections of clients."""
from typing import Any
from collections.abc import Iterable

from libmproxy.controller import Reply
from libmproxy.protocol.http import HTTPFlow

from libmproxy.proxy.connection import ClientConnection as ClientConnection
class ConnectionHandler:
    """Describes a proxy client connection session."""
    def __init__(self, config: Any = ..., client_connection: Any = ..., client_address: Any = ..., server: Any = ..., channel: Any = ..., server_version: Any = ...) -> None: ...
    channel: Any
    client_conn: ClientConnection
    config: Any
    conntype: str
    def del_server_connection(self, ask: bool = ...) -> None: ...
    def establish_server_connection(self, ask: bool = ...) -> None: ...
    def establish_ssl(self, client: bool = ..., server: bool = ..., sni: str | None = ...) -> None: ...
    reply: Reply
    def log(self, msg: str, level: str = ..., subs: Iterable[str] = ...) -> None: ...
    flow: HTTPFlow | None
    @classmethod
    def of(cls, arg: Any) -> ConnectionHandler: ...
    @classmethod
    def of_flow(cls, flow: HTTPFlow) -> ConnectionHandler: ...
    server_conn: ServerConnection | None
    def server_reconnect(self, ask: bool = ...) -> None: ...
    def set_server_address(self, address: tuple[str, int]) -> None: ...
    sni: str | None

from libmproxy.proxy.connection import ServerConnection as ServerConnection
