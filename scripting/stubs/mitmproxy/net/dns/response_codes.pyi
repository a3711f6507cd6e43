"""Response codes."""

FORMERR: int
NOERROR: int
NOTIMP: int
NXDOMAIN: int
REFUSED: int
SERVFAIL: int
def from_str(s: str) -> int: ...
def http_equiv_status_code(response_code: int) -> int: ...
def to_str(n: int) -> str: ...
