"""Protocol layers."""


class Layer:
    def __init__(self, context):
        self.context = context


class NextLayer(Layer):
    """What next_layer is given."""

    layer = None

    def data_client(self):
        return b""

    def data_server(self):
        return b""
