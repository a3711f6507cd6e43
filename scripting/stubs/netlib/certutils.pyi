"""Certificates."""
from typing import Any
from mitmproxy.certs import Cert

class SSLCert(Cert):
    """Exposes information about an SSL certificate: names, dates, key, digests."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def digest(self, name: Any) -> Any: ...
    @classmethod
    def from_pem(cls, txt: Any) -> Any: ...
    has_expired: bool
    keyinfo: Any
    notafter: Any
    notbefore: Any
    def to_pem(self) -> Any: ...
    x509: Any
