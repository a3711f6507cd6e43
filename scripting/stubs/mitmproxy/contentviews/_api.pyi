"""What a view of bodies is, and what it is told."""
from pathlib import Path
from typing import Literal

from mitmproxy.dns import DNSMessage
from mitmproxy.flow import Flow
from mitmproxy.http import Message
from mitmproxy.tcp import TCPMessage
from mitmproxy.udp import UDPMessage
from mitmproxy.websocket import WebSocketMessage

SyntaxHighlight = Literal["css", "javascript", "xml", "yaml", "none", "error"]

class Contentview:
    """A view: prettify() makes text of bytes, render_priority() says how well it suits."""
    @property
    def name(self) -> str: ...
    def prettify(self, data: bytes, metadata: Metadata) -> str: ...
    def render_priority(self, data: bytes, metadata: Metadata) -> float: ...
    @property
    def syntax_highlight(self) -> SyntaxHighlight: ...

class InteractiveContentview(Contentview):
    """A view whose text can be edited and turned back into bytes."""
    def reencode(self, prettified: str, metadata: Metadata) -> bytes: ...

class Metadata:
    """What a view is told of a body. Anything may be None."""
    def __init__(self, flow: Flow | None = ..., content_type: str | None = ..., http_message: Message | None = ...,
                 tcp_message: TCPMessage | None = ..., udp_message: UDPMessage | None = ..., websocket_message: WebSocketMessage | None = ...,
                 dns_message: DNSMessage | None = ..., protobuf_definitions: Path | None = ..., original_data: bytes | None = ...) -> None: ...
    content_type: str | None
    dns_message: DNSMessage | None
    flow: Flow | None
    http_message: Message | None
    original_data: bytes | None
    protobuf_definitions: Path | None
    tcp_message: TCPMessage | None
    udp_message: UDPMessage | None
    websocket_message: WebSocketMessage | None
