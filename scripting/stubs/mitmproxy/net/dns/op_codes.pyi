"""Operations."""

DSO: int
IQUERY: int
NOTIFY: int
QUERY: int
STATUS: int
UPDATE: int
def to_str(n: int) -> str: ...
