"""The events of flows that are there already."""
from collections.abc import Iterator

from mitmproxy.flow import Flow
from mitmproxy.hooks import FlowHook

def iterate(f: Flow) -> Iterator[FlowHook]: ...
