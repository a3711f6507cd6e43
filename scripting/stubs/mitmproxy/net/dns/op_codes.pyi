"""Operations."""

DSO: int
IQUERY: int
NOTIFY: int
QUERY: int
STATUS: int
UPDATE: int
def from_str(s: str) -> int: ...
def to_str(n: int) -> str: ...
