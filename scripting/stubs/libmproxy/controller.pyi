"""Replies."""
from typing import Any

class DummyReply:
    """A reply that nobody waits for."""
    def __init__(self) -> None: ...
    acked: Any
