"""Replies."""


class Reply:
    """The answer to an event: only the first call counts. Who waits for it goes on then."""

    _heard = None

    def __init__(self):
        self.acked = False

    def __call__(self, msg=None):
        if self.acked:
            return
        self.acked = True
        self._take(msg)
        if self._heard is not None:
            self._heard()

    def _take(self, msg):
        """What is said by it."""


class DummyReply:
    """A reply that nobody waits for."""

    def __init__(self):
        self.acked = False

    def __call__(self, msg=False):
        self.acked = True
