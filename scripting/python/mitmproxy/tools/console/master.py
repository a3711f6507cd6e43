"""The reference's program with a screen."""
from mitmproxy import master


class ConsoleMaster(master.Master, metaclass=master._Program):
    """The console: ctx.master is one when there is a screen."""

    _screen = True

    def __init__(self, options=None):
        raise RuntimeError("this script already runs inside weir: weir -s SCRIPT")
