"""Record types."""

A: int
AAAA: int
ANY: int
AXFR: int
CAA: int
CNAME: int
DNSKEY: int
DS: int
HINFO: int
HTTPS: int
MX: int
NAPTR: int
NS: int
NSEC: int
PTR: int
RRSIG: int
SOA: int
SRV: int
SVCB: int
TXT: int
def from_str(s: str) -> int: ...
def to_str(n: int) -> str: ...
