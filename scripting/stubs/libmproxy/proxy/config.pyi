"""The proxy's configuration: it is the program's options."""
from typing import Any

class ProxyConfig:
    def __init__(self, **settings: Any) -> None: ...
