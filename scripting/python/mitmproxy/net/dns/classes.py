"""Classes."""
from mitmproxy.net.dns import _number

IN, CH, HS, NONE, ANY = 1, 3, 4, 254, 255
_NAMES = {1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"}


def to_str(n):
    return _NAMES.get(n, f"CLASS({n})")


def from_str(s):
    """A number of its name, or of what to_str() makes of one without a name."""
    return _number(_NAMES, s)
