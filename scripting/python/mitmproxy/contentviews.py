"""Views of bodies that scripts add."""
import _weir

from mitmproxy.utils import strutils

registry = {}           # name in lower case → view
_owners = {}            # the same → the script that brought it


class Metadata:
    """What a view is told of a body."""

    def __init__(self, flow=None, content_type=None, http_message=None, **more):
        self.flow, self.content_type, self.http_message = flow, content_type, http_message
        self.__dict__.update(more)


class Contentview:
    """A view: prettify() makes text of bytes, render_priority() says how well it suits."""

    syntax_highlight = "none"

    @property
    def name(self):
        return type(self).__name__.removesuffix("Contentview")

    def prettify(self, data, metadata):
        raise NotImplementedError

    def render_priority(self, data, metadata):
        return 0


class InteractiveContentview(Contentview):
    """A view whose text can be edited and turned back into bytes."""

    def reencode(self, prettified, metadata):
        raise NotImplementedError


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


def add(view):
    """Add a view; a class is instantiated."""
    if isinstance(view, type):
        view = view()
    from weirhost import state
    key = view.name.lower()
    registry[key], _owners[key] = view, state.current.get()
    _announce()


def remove(view):
    registry.pop(view.name.lower(), None)
    _announce()


def _announce():
    """The program knows the names, and asks only when there are any."""
    _weir.views([v.name.lower() for v in registry.values()])


def _forget(script):
    """A script has ended: its views go."""
    for key in [k for k, owner in _owners.items() if owner is script]:
        del _owners[key]
        registry.pop(key, None)
    _announce()


def get(name):
    return registry.get(name.lower())


def format_pairs(items):
    """Lines of keys and values in two columns."""
    items = [(strutils.always_str(k, "utf-8", "replace"), strutils.always_str(v, "utf-8", "replace")) for k, v in items]
    width = min(max((len(k) for k, _ in items), default=0), 30) + 2
    for k, v in items:
        yield [("header", (k + ":").ljust(width)), ("text", v)]


def format_dict(d):
    yield from format_pairs(d.items())


def format_text(text):
    """Lines of a text."""
    for line in (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).splitlines():
        yield [("text", line)]
