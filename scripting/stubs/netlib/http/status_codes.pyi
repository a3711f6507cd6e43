"""Status codes by name, and their phrases: those of mitmproxy.net.http.status_codes."""

RESPONSES: dict[int, str]
def __getattr__(name: str) -> int: ...
