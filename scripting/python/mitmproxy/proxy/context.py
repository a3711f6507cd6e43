"""The connections around a layer."""


class Context:
    """Who speaks with whom, and by which layers."""

    def __init__(self, client, options, server=None):
        self.client, self.options, self.server, self.layers = client, options, server, []

    def fork(self):
        """The same connections, with a list of layers of its own."""
        c = Context(self.client, self.options, self.server)
        c.layers = self.layers[:]
        return c
