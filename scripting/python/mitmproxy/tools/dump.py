"""The reference's program without a screen."""
from mitmproxy import master


class DumpMaster(master.Master, metaclass=master._Program):
    """The program this script runs in, if it has no screen."""

    _screen = False

    def __init__(self, options=None, loop=None, with_termlog=True, with_dumper=True):
        super().__init__(options)

    async def run(self):
        raise RuntimeError("this script already runs inside weir: weirdump -s SCRIPT")
