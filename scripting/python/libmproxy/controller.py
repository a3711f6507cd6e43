"""Replies."""


class DummyReply:
    """A reply that nobody waits for."""

    def __init__(self):
        self.acked = False

    def __call__(self, msg=False):
        self.acked = True
