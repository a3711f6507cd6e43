"""Flows in files, apps, and names that lived here."""
from typing import Any, BinaryIO
from collections.abc import Callable, Iterable, Iterator

from libmproxy.protocol.http import HTTPRequest

class AppRegistry:
    """WSGI apps by the host and port that they answer for."""
    def __init__(self) -> None: ...
    def add(self, app: Callable[..., Any], domain: str, port: int) -> None: ...
    apps: dict[tuple[str, int], Callable[..., Any]]
    def get(self, request: HTTPRequest) -> Callable[..., Any] | None: ...

class FilteredFlowWriter(FlowWriter):
    """Appends those flows that a filter matches."""
    def __init__(self, fo: BinaryIO, filt: Any) -> None: ...
    def add(self, f: HTTPFlow) -> None: ...
    filt: Any

class FlowMaster:
    """The program."""

class FlowReadError(Exception):
    """A flow file cannot be read; strerror says why."""
    strerror: str

class FlowReader:
    """Reads flows from a file of bytes."""
    def __init__(self, fo: BinaryIO) -> None: ...
    fo: BinaryIO
    def stream(self) -> Iterator[HTTPFlow]: ...

class FlowWriter:
    """Appends flows to a file that is open for writing bytes."""
    def __init__(self, fo: BinaryIO) -> None: ...
    def add(self, flow: HTTPFlow) -> None: ...
    fo: BinaryIO

from libmproxy.protocol.http import HTTPFlow as HTTPFlow
from netlib.odict import ODict as ODict
from netlib.odict import ODictCaseless as ODictCaseless
class ReplaceHooks: ...

class SetHeaders: ...

class State:
    """The program's flows."""

def read_flows_from_paths(paths: Iterable[str]) -> list[HTTPFlow]: ...
def registry() -> AppRegistry: ...
