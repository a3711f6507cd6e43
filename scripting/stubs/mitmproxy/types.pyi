"""Types of command arguments."""

class Choice:
    """One of the texts that a command gives."""
    def __init__(self, options_command: str) -> None: ...
    options_command: str

class Cmd(str):
    """The name of a command."""

class CmdArgs(str):
    """Arguments of a command that an argument names."""

class CutSpec(list[str]):
    """Parts of flows."""

class Data(list[list[str | bytes]]):
    """Rows of cells."""

class Marker(str):
    """A mark: true, false, :grapes: or a letter."""

class Path(str):
    """A file name; ~ is expanded."""

class Space(str): ...

class Unknown(str): ...
