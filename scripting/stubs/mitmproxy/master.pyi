"""ctx.master: options, commands, addons, and the end of the program."""
from typing import Any

class Master:
    """The program, as scripts see it."""
    def __init__(self, options: Any = ...) -> None: ...
    addons: Any
    commands: Any
    event_loop: Any
    log: Any
    options: Any
    def shutdown(self) -> Any: ...
    view: Any
