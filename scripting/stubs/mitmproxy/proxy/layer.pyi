"""Protocol layers. The program's own are in C: these are their names, for choosing among them."""
from mitmproxy.proxy.context import Context

class Layer:
    """A protocol; child_layer says what comes inside of it."""
    def __init__(self, context: Context) -> None: ...
    child_layer: Layer | None
    context: Context

class NextLayer(Layer):
    """What next_layer is given: set .layer to choose what the client speaks next; None lets the program choose."""
    def __init__(self, context: Context, data: bytes = ..., ask_on_start: bool = ...) -> None: ...
    ask_on_start: bool
    def data_client(self) -> bytes: ...
    def data_server(self) -> bytes: ...
    layer: Layer | None
