"""Certificates."""
from typing import Any
from datetime import datetime

from mitmproxy.certs import Cert

class SSLCert(Cert):
    """Exposes information about an SSL certificate: names, dates, key, digests."""
    def __init__(self, cert: Any) -> None: ...
    altnames: list[str]
    def digest(self, name: str) -> str: ...
    @classmethod
    def from_pem(cls, txt: str) -> SSLCert: ...
    has_expired: bool
    keyinfo: tuple[str, int]
    notafter: datetime
    notbefore: datetime
    def to_pem(self) -> str: ...
    x509: Any
