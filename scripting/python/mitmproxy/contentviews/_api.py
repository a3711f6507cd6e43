"""What a view of bodies is, and what it is told."""
import dataclasses
import typing

if typing.TYPE_CHECKING:
    from pathlib import Path

    from mitmproxy import dns, flow, http, tcp, udp, websocket

SyntaxHighlight = typing.Literal["css", "javascript", "xml", "yaml", "none", "error"]


@dataclasses.dataclass
class Metadata:
    """What a view is told of a body. Anything may be None."""

    flow: "flow.Flow | None" = None
    content_type: "str | None" = None
    http_message: "http.Message | None" = None
    tcp_message: "tcp.TCPMessage | None" = None
    udp_message: "udp.UDPMessage | None" = None
    websocket_message: "websocket.WebSocketMessage | None" = None
    dns_message: "dns.DNSMessage | None" = None
    protobuf_definitions: "Path | None" = None
    original_data: "bytes | None" = None


class Contentview:
    """A view: prettify() makes text of bytes, render_priority() says how well it suits."""

    syntax_highlight: SyntaxHighlight = "none"

    @property
    def name(self):
        return type(self).__name__.removesuffix("Contentview")

    def prettify(self, data, metadata):
        raise NotImplementedError

    def render_priority(self, data, metadata):
        return 0

    def __lt__(self, other):
        return self.name < other.name


class InteractiveContentview(Contentview):
    """A view whose text can be edited and turned back into bytes."""

    def reencode(self, prettified, metadata):
        raise NotImplementedError
