"""Addresses of upstream servers, "scheme://host:port"."""

class ServerSpec(tuple[str, tuple[str, int]]):
    """(scheme, (host, port)), given as such or as the two parts of it."""
    def __new__(cls, scheme: str | tuple[str, tuple[str, int]], address: tuple[str, int] | None = ...) -> ServerSpec: ...
    address: tuple[str, int]
    scheme: str

def parse(spec: str, default_scheme: str | None = ...) -> ServerSpec: ...
