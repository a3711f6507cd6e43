"""Flows as HAR, which the program writes."""
from collections.abc import Sequence
from typing import Any

from mitmproxy.flow import Flow

class SaveHar:
    """What the command save.har and the option hardump write, for scripts."""
    def export_har(self, flows: Sequence[Flow], path: str) -> None: ...
    def flow_entry(self, flow: Flow, servers_seen: Any = ...) -> dict[str, Any]: ...
    def make_har(self, flows: Sequence[Flow]) -> dict[str, Any]: ...
