"""Certificates."""
import hashlib

from mitmproxy import certs as _certs


class SSLCert(_certs.Cert):
    """Exposes information about an SSL certificate: names, dates, key, digests."""

    def __init__(self, cert):
        """A certificate of DER, of pyOpenSSL's or of cryptography's."""
        if hasattr(cert, "to_cryptography"):
            cert = cert.to_cryptography()
        if hasattr(cert, "public_bytes"):
            from cryptography.hazmat.primitives.serialization import Encoding
            cert = cert.public_bytes(Encoding.DER)
        super().__init__(cert)

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
        """("RSA", 2048); the kind of keys that are neither RSA nor DSA is UNKNOWN."""
        kind, bits = super().keyinfo
        return kind if kind in ("RSA", "DSA") else "UNKNOWN", bits

    @property
    def altnames(self):
        """The names of hosts that it is for; not the addresses."""
        return [x.text for x in self._extension("2.5.29.17") or () if x.tag == 0x82]

    @property
    def x509(self):
        """The certificate as pyOpenSSL has it."""
        return self.to_pyopenssl()
