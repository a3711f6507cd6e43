"""Response codes."""

FORMERR: int
NOERROR: int
NOTIMP: int
NXDOMAIN: int
REFUSED: int
SERVFAIL: int
def to_str(n: int) -> str: ...
