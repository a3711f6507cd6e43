"""Proxy modes in text: MODE[:DATA][@[HOST:]PORT]."""
from typing import Any

class ProxyMode:
    """A mode and what it needs."""
    def __init__(self, full_spec: Any, type_name: Any, data: Any, listen_host: Any, listen_port: Any) -> None: ...
    custom_listen_host: Any
    custom_listen_port: Any
    data: Any
    full_spec: Any
    @classmethod
    def parse(cls, spec: Any) -> Any: ...
    type_name: Any
