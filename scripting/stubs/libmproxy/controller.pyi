"""Replies."""

class DummyReply:
    """A reply that nobody waits for."""
    def __init__(self) -> None: ...
    def __call__(self, msg: object = ...) -> None: ...
    acked: bool
