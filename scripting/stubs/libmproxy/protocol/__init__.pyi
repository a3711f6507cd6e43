"""Protocols; KILL as a reply ends the connection."""
from typing import Any

KILL: int
class KillSignal(Exception):
    """Ends a connection."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
