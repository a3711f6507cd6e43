"""Response codes."""
from mitmproxy.net.dns import _number

NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
_NAMES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN",
          7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE"}

_STATUS = {NOERROR: 200, FORMERR: 400, SERVFAIL: 500, NXDOMAIN: 404, NOTIMP: 501, REFUSED: 403, 6: 409, 7: 409, 8: 410,
           9: 401, 10: 404}


def to_str(n):
    return _NAMES.get(n, f"RCODE({n})")


def from_str(s):
    """A number of its name, or of what to_str() makes of one without a name."""
    return _number(_NAMES, s)


def http_equiv_status_code(response_code):
    """The status by which HTTP would say the same."""
    return _STATUS.get(response_code, 500)
