"""The reference's program without a screen."""
from typing import Any
from mitmproxy.master import Master

class DumpMaster(Master):
    """The program this script runs in, if it has no screen."""
    def __init__(self, options: Any = ..., loop: Any = ..., with_termlog: Any = ..., with_dumper: Any = ...) -> None: ...
    def run(self) -> Any: ...
