"""Certificates."""

from netlib.certutils import SSLCert as SSLCert
