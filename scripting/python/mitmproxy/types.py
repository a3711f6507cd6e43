"""Types of command arguments."""


class Path(str):
    """A file name; ~ is expanded."""


class Cmd(str):
    """The name of a command."""


class CmdArgs(str):
    """Arguments of a command that an argument names."""


class Unknown(str):
    pass


class Space(str):
    pass


class CutSpec(list):
    """Parts of flows, "request.host,response.status_code"."""


class Data(list):
    """Rows of cells."""


class Marker(str):
    """A mark: true, false, :grapes: or a letter."""


class Choice:
    """One of the texts that a command gives."""

    def __init__(self, options_command):
        self.options_command = options_command

    def __instancecheck__(self, instance):      # pragma: no cover
        return False
