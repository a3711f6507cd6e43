"""Certificates."""
from netlib.certutils import SSLCert

__all__ = ["SSLCert"]
