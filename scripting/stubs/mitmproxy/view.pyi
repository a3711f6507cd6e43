"""ctx.master.view: the flows that are shown."""
from typing import Any

class View:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
