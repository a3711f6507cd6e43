"""Content codings."""
from libmproxy.encoding import ENCODINGS, decode, encode

__all__ = ["ENCODINGS", "decode", "encode"]
