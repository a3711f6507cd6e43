"""Views of the older kind, and lines for them."""
from typing import Any
from collections.abc import Iterable, Iterator, Mapping

from mitmproxy.flow import Flow
from mitmproxy.http import Message

KEY_MAX: int
TViewLine = list[tuple[str, str | bytes]]
TViewResult = tuple[str, Iterable[TViewLine]]

class View:
    """A view of the older kind: a call gives (description, lines)."""
    def __call__(self, data: bytes, *, content_type: str | None = ..., flow: Flow | None = ..., http_message: Message | None = ...,
                 **unknown: Any) -> TViewResult | None: ...
    name: str
    def render_priority(self, data: bytes, *, content_type: str | None = ..., flow: Flow | None = ..., http_message: Message | None = ...,
                        **unknown: Any) -> float: ...
    syntax_highlight: str

def format_dict(d: Mapping[str | bytes, str | bytes]) -> Iterator[TViewLine]: ...
def format_pairs(items: Iterable[tuple[str | bytes, str | bytes]]) -> Iterator[TViewLine]: ...
def format_text(text: str | bytes) -> Iterator[TViewLine]: ...
