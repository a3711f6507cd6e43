"""Protocol layers. The program's own are in C: these are their names, for choosing among them."""
from typing import Any

class Layer:
    """A protocol; child_layer says what comes inside of it."""
    def __init__(self, context: Any) -> None: ...
    child_layer: Any
    context: Any

class NextLayer(Layer):
    """What next_layer is given: set .layer to choose what the client speaks next; None lets the program choose."""
    def __init__(self, context: Any, data: Any = ..., ask_on_start: Any = ...) -> None: ...
    ask_on_start: Any
    def data_client(self) -> Any: ...
    def data_server(self) -> Any: ...
    layer: Any
