"""Views of bodies that scripts add."""
from typing import Any, Literal
from collections.abc import Iterable, Iterator, Mapping

from mitmproxy.flow import Flow
from mitmproxy.http import Message

class Contentview:
    """A view: prettify() makes text of bytes, render_priority() says how well it suits."""
    name: str
    def prettify(self, data: bytes, metadata: Metadata) -> str: ...
    def render_priority(self, data: bytes, metadata: Metadata) -> float: ...
    syntax_highlight: Literal["css", "javascript", "xml", "yaml", "none", "error"]

class InteractiveContentview(Contentview):
    """A view whose text can be edited and turned back into bytes."""
    def reencode(self, prettified: str, metadata: Metadata) -> bytes: ...

class Metadata:
    """What a view is told of a body."""
    def __init__(self, flow: Flow | None = ..., content_type: str | None = ..., http_message: Message | None = ..., **more: Any) -> None: ...
    content_type: str | None
    flow: Flow | None
    http_message: Message | None

class View:
    """A view of the older kind: a call gives (description, lines)."""
    def __call__(self, data: bytes, *, content_type: str | None = ..., flow: Flow | None = ..., http_message: Message | None = ...,
                 **unknown: Any) -> tuple[str, Iterable[list[tuple[str, str | bytes]]]] | None: ...
    name: str
    def render_priority(self, data: bytes, *, content_type: str | None = ..., flow: Flow | None = ..., http_message: Message | None = ...,
                        **unknown: Any) -> float: ...
    syntax_highlight: str

def add(view: Contentview | View | type[Contentview] | type[View]) -> None: ...
def format_dict(d: Mapping[str | bytes, str | bytes]) -> Iterator[list[tuple[str, str]]]: ...
def format_pairs(items: Iterable[tuple[str | bytes, str | bytes]]) -> Iterator[list[tuple[str, str]]]: ...
def format_text(text: str | bytes) -> Iterator[list[tuple[str, str]]]: ...
def get(name: str) -> Contentview | View | None: ...
registry: dict[str, Contentview | View]
def remove(view: Contentview | View) -> None: ...
