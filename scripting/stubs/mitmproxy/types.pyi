"""Types of command arguments."""
from typing import Any

class Choice:
    """One of the texts that a command gives."""
    def __init__(self, options_command: Any) -> None: ...
    options_command: Any

class Cmd(str):
    """The name of a command."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class CmdArgs(str):
    """Arguments of a command that an argument names."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class CutSpec(list):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Data(list):
    """Rows of cells."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Marker(str):
    """A mark: true, false, :grapes: or a letter."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Path(str):
    """A file name; ~ is expanded."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Space(str):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Unknown(str):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
