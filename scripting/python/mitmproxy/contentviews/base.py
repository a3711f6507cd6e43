"""Views of the older kind, and lines for them."""
import typing
from collections.abc import Iterator

from mitmproxy.utils import strutils

KEY_MAX = 30            # columns that the keys of format_pairs() get at most
TViewLine = list[tuple[str, typing.Union[str, bytes]]]
TViewResult = tuple[str, Iterator[TViewLine]]


class View:
    """A view of the older kind: a call gives (description, lines)."""

    name = ""
    syntax_highlight = "none"

    def __call__(self, data, *, content_type=None, flow=None, http_message=None, **unknown):
        raise NotImplementedError

    def render_priority(self, data, *, content_type=None, flow=None, http_message=None, **unknown):
        return 0

    def __lt__(self, other):
        return self.name < other.name


def format_pairs(items):
    """Lines of keys and values in two columns."""
    items = [(strutils.always_str(k, "utf-8", "replace"), strutils.always_str(v, "utf-8", "replace")) for k, v in items]
    width = min(max((len(k) for k, _ in items), default=0), KEY_MAX) + 2
    for k, v in items:
        yield [("header", (k + ":").ljust(width)), ("text", v)]


def format_dict(d):
    yield from format_pairs(d.items())


def format_text(text):
    """Lines of a text."""
    for line in (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).splitlines():
        yield [("text", line)]
