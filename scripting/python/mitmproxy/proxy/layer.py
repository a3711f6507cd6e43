"""Protocol layers. The program's own are in C: these are their names, for choosing among them."""


class Layer:
    """A protocol; child_layer says what comes inside of it."""

    child_layer = None

    def __init__(self, context):
        self.context = context

    def __repr__(self):
        return f"{type(self).__name__}()"


class NextLayer(Layer):
    """What next_layer is given: set .layer to choose what the client speaks next; None lets the program choose."""

    layer = None
    ask_on_start = False

    def __init__(self, context, data=b"", ask_on_start=False):
        super().__init__(context)
        self._data = data

    def data_client(self):
        """What the client has said so far."""
        return self._data

    def data_server(self):
        """Nothing: servers are not listened to before it is known what they speak."""
        return b""
