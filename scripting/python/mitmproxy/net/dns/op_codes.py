"""Operations."""
from mitmproxy.net.dns import _number

QUERY, IQUERY, STATUS, NOTIFY, UPDATE, DSO = 0, 1, 2, 4, 5, 6
_NAMES = {0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE", 6: "DSO"}


def to_str(n):
    return _NAMES.get(n, f"OPCODE({n})")


def from_str(s):
    """A number of its name, or of what to_str() makes of one without a name."""
    return _number(_NAMES, s)
