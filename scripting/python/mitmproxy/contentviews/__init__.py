"""Views of bodies that scripts add."""
import _weir

from mitmproxy.contentviews._api import Contentview, InteractiveContentview, Metadata, SyntaxHighlight
from mitmproxy.contentviews.base import TViewLine, TViewResult, View, format_dict, format_pairs, format_text

__all__ = ["Contentview", "InteractiveContentview", "Metadata", "SyntaxHighlight", "TViewLine", "TViewResult", "View", "add",
           "format_dict", "format_pairs", "format_text", "get", "registry", "remove"]

registry = {}           # name in lower case → view
_owners = {}            # the same → the script that brought it


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
