"""Writing and reading flows."""
from typing import BinaryIO
from collections.abc import Iterable, Iterator

from mitmproxy.flow import Flow
from mitmproxy.flowfilter import Filter

class FilteredFlowWriter(FlowWriter):
    """Appends those flows that a filter matches."""
    def __init__(self, fo: BinaryIO, flt: Filter | None) -> None: ...
    def add(self, f: Flow) -> None: ...
    flt: Filter | None

class FlowReader:
    """Reads flows from a file of bytes; gzip is undone."""
    def __init__(self, fo: BinaryIO) -> None: ...
    fo: BinaryIO
    def peek(self, n: int) -> bytes: ...
    def stream(self) -> Iterator[Flow]: ...

class FlowWriter:
    """Appends flows to a file that is open for writing bytes."""
    def __init__(self, fo: BinaryIO) -> None: ...
    def add(self, f: Flow) -> None: ...
    fo: BinaryIO

VERSIONS: range
def read_flows_from_paths(paths: Iterable[str]) -> list[Flow]: ...
