"""Bodies that pass through a script's generator."""
from typing import Any

class Pieces:
    """Today's callable (bytes in, bytes out) in front of a classic one, which takes a generator of (prefix, content,"""
    def __init__(self, fn: Any, chunked: bool = ...) -> None: ...
    fn: Any
