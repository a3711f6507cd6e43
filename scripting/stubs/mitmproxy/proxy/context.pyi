"""The connections around a layer."""
from typing import Any

class Context:
    def __init__(self, client: Any, options: Any, server: Any = ...) -> None: ...
    client: Any
    layers: Any
    options: Any
    server: Any
