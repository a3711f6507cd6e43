"""ctx.master.view: the flows that are shown, and the one that has the focus."""
from collections.abc import Iterable, Iterator

from mitmproxy.flow import Flow

class Focus:
    """Where the list's cursor is: a flow and its row, None where there is none."""
    flow: Flow | None
    index: int | None

class View:
    focus: Focus
    def __iter__(self) -> Iterator[Flow]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, i: int) -> Flow: ...
    def __contains__(self, flow: object) -> bool: ...
    def clear(self) -> None: ...
    def clear_not_marked(self) -> None: ...
    def get_by_id(self, flow_id: str) -> Flow | None:
        """One of all flows, shown or not; None if there is none of that id."""
    def remove(self, flows: Iterable[Flow]) -> None:
        """Out of the list, and ended if they still run."""
