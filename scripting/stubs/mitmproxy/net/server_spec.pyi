"""Addresses of upstream servers, "scheme://host:port"."""
from typing import Any

def parse(spec: Any, default_scheme: Any = ...) -> Any: ...
