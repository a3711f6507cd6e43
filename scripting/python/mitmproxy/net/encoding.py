"""Content codings, and any charset of Python."""
import codecs
import zlib

import _weir

_CODINGS = {"gzip", "x-gzip", "deflate", "deflateraw", "br", "zstd"}
_NONE = {"none", "identity"}
_SLOW = {"idna", "punycode"}    # are for names: a body would take for ever
_DAMAGE = {"coded body is damaged", "coded body ends too early"}    # not: it is too long
_MAX_LENIENT = 1 << 28       # bytes that a damaged body may grow to


def _charset(name):
    """A codec between bytes and text; those that unpack have no bounds."""
    codec = codecs.lookup(name)
    if not codec._is_text_encoding or codec.name in _SLOW:
        raise LookupError(f"{name} is no charset")
    return codec.name


def decode(encoded, encoding, errors="strict"):
    """bytes → bytes by a content coding, or bytes → str by a charset; ValueError if that fails."""
    if encoded is None:
        return None
    name = encoding.lower()
    if name in _NONE:
        return encoded
    try:
        if all(part.strip() in _CODINGS | _NONE for part in name.split(",")):
            return _undone(name, encoded) if encoded else b""
        return codecs.decode(encoded, _charset(encoding), errors)
    except TypeError:
        raise
    except Exception as e:
        raise ValueError(f"{type(e).__name__} when decoding {repr(encoded)[:10]} with {encoding!r}: {e!r}") from e


def encode(decoded, encoding, errors="strict"):
    """bytes → bytes by a content coding, or str → bytes by a charset; ValueError if that fails."""
    if decoded is None:
        return None
    name = encoding.lower()
    if name in _NONE:
        return decoded
    try:
        if all(part.strip() in _CODINGS | _NONE for part in name.split(",")):
            if isinstance(decoded, str):
                raise TypeError("a content coding takes bytes, not str")
            return _weir.encode(name, decoded)
        return codecs.encode(decoded, _charset(encoding), errors)
    except TypeError:
        raise
    except Exception as e:
        raise ValueError(f"{type(e).__name__} when encoding {repr(decoded)[:10]} with {encoding!r}: {e!r}") from e


def _undone(name, encoded):
    try:
        return _weir.decode(name, encoded)
    except ValueError as e:
        if name not in ("gzip", "x-gzip") or str(e) not in _DAMAGE:
            raise
        return _lenient_gzip(encoded)


def _lenient_gzip(encoded):
    """What there is of a stream that was cut, and what is zlib's format under the name of gzip."""
    d = zlib.decompressobj(zlib.MAX_WBITS | 32)
    content = d.decompress(encoded, _MAX_LENIENT)
    if d.unconsumed_tail:
        raise ValueError("coded body is too long")
    if not content and not d.eof:
        raise ValueError("coded body ends too early")
    return content


def _pair(coding):
    def undo(content):
        return decode(content, coding)

    def do(content):
        return encode(content, coding)
    undo.__name__, do.__name__ = f"decode_{coding}", f"encode_{coding}"
    return undo, do


decode_identity, encode_identity = _pair("identity")
decode_gzip, encode_gzip = _pair("gzip")
decode_deflate, encode_deflate = _pair("deflate")
decode_brotli, encode_brotli = _pair("br")
decode_zstd, encode_zstd = _pair("zstd")
