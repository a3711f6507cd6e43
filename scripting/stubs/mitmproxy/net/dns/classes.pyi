"""Classes."""

ANY: int
CH: int
HS: int
IN: int
NONE: int
def from_str(s: str) -> int: ...
def to_str(n: int) -> str: ...
