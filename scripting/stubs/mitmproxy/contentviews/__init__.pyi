"""Views of bodies that scripts add."""
from mitmproxy.contentviews._api import Contentview as Contentview
from mitmproxy.contentviews._api import InteractiveContentview as InteractiveContentview
from mitmproxy.contentviews._api import Metadata as Metadata
from mitmproxy.contentviews._api import SyntaxHighlight as SyntaxHighlight
from mitmproxy.contentviews.base import TViewLine as TViewLine
from mitmproxy.contentviews.base import TViewResult as TViewResult
from mitmproxy.contentviews.base import View as View
from mitmproxy.contentviews.base import format_dict as format_dict
from mitmproxy.contentviews.base import format_pairs as format_pairs
from mitmproxy.contentviews.base import format_text as format_text

def add(view: Contentview | View | type[Contentview] | type[View]) -> None: ...
def get(name: str) -> Contentview | View | None: ...
registry: dict[str, Contentview | View]
def remove(view: Contentview | View) -> None: ...
