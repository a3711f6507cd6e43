"""The connections around a layer."""


class Context:
    def __init__(self, client, options, server=None):
        self.client, self.options, self.server, self.layers = client, options, server, []
