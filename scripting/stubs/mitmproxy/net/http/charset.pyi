"""Which charset a body has."""

def guess(content_type: str, content: bytes = ...) -> str: ...
from mitmproxy.net.http.headers import parse_content_type as parse_content_type
