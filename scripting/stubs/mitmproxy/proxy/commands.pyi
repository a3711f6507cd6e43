"""Commands of protocol layers. The layers here are names: the program's own are in C."""
from typing import Any

class CloseConnection(Command):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Command:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Log(Command):
    def __init__(self, message: Any, level: Any = ...) -> None: ...
    level: Any
    message: Any

class OpenConnection(Command):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class SendData(Command):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class StartHook(Command):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
