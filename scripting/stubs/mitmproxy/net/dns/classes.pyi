"""Classes."""
from typing import Any

ANY: int
CH: int
HS: int
IN: int
NONE: int
def to_str(n: Any) -> Any: ...
