"""Which charset a body has."""
from typing import Any

def guess(content_type: Any, content: Any = ...) -> Any: ...
from mitmproxy.net.http.headers import parse_content_type as parse_content_type
