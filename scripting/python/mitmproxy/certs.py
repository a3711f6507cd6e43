"""Certificates, as far as scripts ask about them."""
import base64
import datetime
import hashlib
import re

_NAMES = {"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
          "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.17": "postalCode",
          "1.2.840.113549.1.9.1": "emailAddress", "0.9.2342.19200300.100.1.25": "DC"}
_CURVES = {"1.2.840.10045.3.1.7": ("secp256r1", 256), "1.3.132.0.34": ("secp384r1", 384),
           "1.3.132.0.35": ("secp521r1", 521)}
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.S)


class _Der:
    """One element of DER."""

    def __init__(self, data, at=0):
        n = data[at + 1]
        head = 2
        if n & 0x80:
            head += n & 0x7f
            n = int.from_bytes(data[at + 2:at + head], "big")
        self.tag, self.whole = data[at], data[at:at + head + n]
        self.value, self.end = data[at + head:at + head + n], at + head + n
        if len(self.value) != n:
            raise ValueError("certificate is cut off")

    def __iter__(self):
        at = 0
        while at < len(self.value):
            e = _Der(self.value, at)
            yield e
            at = e.end

    @property
    def oid(self):
        v, out, n = self.value, [], 0
        for b in v:
            n = n << 7 | b & 0x7f
            if not b & 0x80:
                out.append(n)
                n = 0
        first = min(out[0] // 40, 2)
        return ".".join(map(str, [first, out[0] - 40 * first, *out[1:]]))

    @property
    def text(self):
        return self.value.decode("utf-16be" if self.tag == 30 else "utf-8", "replace")

    @property
    def time(self):
        t = self.value.decode()
        if self.tag == 23:
            t = ("19" if int(t[:2]) >= 50 else "20") + t
        return datetime.datetime.strptime(t, "%Y%m%d%H%M%SZ").replace(tzinfo=datetime.timezone.utc)


class Cert:
    """An X.509 certificate."""

    def __init__(self, der):
        if not isinstance(der, bytes):
            raise TypeError("DER expected")
        self._der = der
        try:
            parts = list(next(iter(_Der(der))))
        except (IndexError, StopIteration):
            raise ValueError("Unable to load certificate") from None
        if parts[0].tag == 0xa0:
            del parts[0]
        self._serial, self._algorithm, self._issuer, self._validity, self._subject, self._key = parts[:6]
        self._extensions = next((p for p in parts[6:] if p.tag == 0xa3), None)

    def __eq__(self, other):
        return isinstance(other, Cert) and self._der == other._der

    def __hash__(self):
        return hash(self._der)

    def __repr__(self):
        return f"<Cert(cn={self.cn!r}, altnames={[str(x) for x in self.altnames]!r})>"

    @classmethod
    def from_pem(cls, data):
        m = _PEM.search(data)
        if not m:
            raise ValueError("Unable to load PEM file")
        return cls(base64.b64decode(m[1]))

    @classmethod
    def from_der(cls, der):
        return cls(der)

    def to_der(self):
        return self._der

    def to_pem(self):
        b = base64.b64encode(self._der)
        return b"-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % b"".join(
            b[i:i + 64] + b"\n" for i in range(0, len(b), 64))

    def get_state(self):
        return self.to_pem()

    def set_state(self, state):
        self.__init__(Cert.from_pem(state)._der)

    def copy(self):
        return Cert(self._der)

    @classmethod
    def from_state(cls, state):
        return cls.from_pem(state.encode() if isinstance(state, str) else state)

    def to_cryptography(self):
        from cryptography import x509
        return x509.load_der_x509_certificate(self._der)

    @classmethod
    def from_pyopenssl(cls, x509):
        """A certificate of pyOpenSSL's."""
        from OpenSSL import crypto
        return cls(crypto.dump_certificate(crypto.FILETYPE_ASN1, x509))

    def to_pyopenssl(self):
        """The certificate as pyOpenSSL has it."""
        from OpenSSL import crypto
        return crypto.load_certificate(crypto.FILETYPE_ASN1, self._der)

    def public_key(self):
        """The key, as cryptography has it."""
        return self.to_cryptography().public_key()

    def fingerprint(self):
        return hashlib.sha256(self._der).digest()

    @staticmethod
    def _pairs(name):
        return [(_NAMES.get(k.oid, k.oid), v.text) for rdn in name for pair in rdn for k, v in [tuple(pair)]]

    @property
    def issuer(self):
        return self._pairs(self._issuer)

    @property
    def subject(self):
        return self._pairs(self._subject)

    @property
    def notbefore(self):
        return list(self._validity)[0].time

    @property
    def notafter(self):
        return list(self._validity)[1].time

    def has_expired(self):
        return datetime.datetime.now(datetime.timezone.utc) > list(self._validity)[1].time

    @property
    def serial(self):
        return int.from_bytes(self._serial.value, "big", signed=True)

    @property
    def keyinfo(self):
        """("RSA", 2048), ("EC (secp256r1)", 256), …"""
        algorithm, key = list(self._key)[:2]
        oids = list(algorithm)
        if oids[0].oid == "1.2.840.113549.1.1.1":
            n = next(iter(_Der(key.value, 1)))
            return "RSA", int.from_bytes(n.value, "big").bit_length()
        if oids[0].oid == "1.2.840.10045.2.1":
            name, bits = _CURVES.get(oids[1].oid, (oids[1].oid, 0))
            return f"EC ({name})", bits
        if oids[0].oid == "1.2.840.10040.4.1":
            p = next(iter(oids[1]))
            return "DSA", int.from_bytes(p.value, "big").bit_length()
        return {"1.3.101.112": "Ed25519"}.get(oids[0].oid, "UNKNOWN"), len(key.value) * 8

    def _named(self, which):
        return next((v for k, v in self.subject if k == which), None)

    @property
    def cn(self):
        return self._named("CN")

    @property
    def organization(self):
        return self._named("O")

    def _extension(self, oid):
        if self._extensions is not None:
            for e in next(iter(self._extensions)):
                parts = list(e)
                if parts[0].oid == oid:
                    return _Der(parts[-1].value)
        return None

    @property
    def is_ca(self):
        e = self._extension("2.5.29.19")
        return bool(e is not None and any(x.tag == 1 and x.value != b"\0" for x in e))

    @property
    def crl_distribution_points(self):
        """Where lists of revoked certificates are (RFC 5280 4.2.1.13), as URLs."""
        names = (name for point in self._extension("2.5.29.31") or () for where in point if where.tag == 0xa0
                 for full in where if full.tag == 0xa0 for name in full)
        return [name.text for name in names if name.tag == 0x86]

    @property
    def altnames(self):
        """DNS names and addresses, as texts."""
        import ipaddress
        out = []
        for x in self._extension("2.5.29.17") or ():
            if x.tag == 0x82:
                out.append(x.text)
            elif x.tag == 0x87:
                out.append(str(ipaddress.ip_address(x.value)))
        return out
