"""Certificates."""
import hashlib

from mitmproxy import certs as _certs


class SSLCert(_certs.Cert):
    """Exposes information about an SSL certificate: names, dates, key, digests."""

    def digest(self, name):
        """"AA:BB:…" by a hash function, e.g. "sha1"."""
        return ":".join("%02X" % b for b in hashlib.new(name, self.to_der()).digest())

    def to_pem(self):
        """The certificate as PEM text."""
        return super().to_pem().decode()

    @classmethod
    def from_pem(cls, txt):
        """A certificate of PEM text."""
        return super().from_pem(txt.encode() if isinstance(txt, str) else txt)

    @property
    def has_expired(self):
        """Whether its time is over."""
        return super().has_expired()

    @property
    def notbefore(self):
        """From when on it is valid."""
        return super().notbefore.replace(tzinfo=None)

    @property
    def notafter(self):
        """Until when it is valid."""
        return super().notafter.replace(tzinfo=None)

    @property
    def keyinfo(self):
        """("RSA", 2048)"""
        kind, bits = super().keyinfo
        return kind if kind in ("RSA", "DSA") else kind.split(" ")[0], bits

    @property
    def x509(self):
        return self.to_cryptography()
