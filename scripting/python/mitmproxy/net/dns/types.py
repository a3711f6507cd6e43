"""Record types."""
from mitmproxy.net.dns import _number

_NAMES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV",
          35: "NAPTR", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 64: "SVCB", 65: "HTTPS", 252: "AXFR",
          255: "ANY", 257: "CAA"}
globals().update({v: k for k, v in _NAMES.items()})


def to_str(n):
    return _NAMES.get(n, f"TYPE({n})")


def from_str(s):
    """A number of its name, or of what to_str() makes of one without a name."""
    return _number(_NAMES, s)
