"""Content codings, and any charset of Python."""
import codecs

import _weir

_CODINGS = {"gzip", "x-gzip", "deflate", "deflateraw", "br", "zstd"}
_NONE = {"none", "identity"}
_SLOW = {"idna", "punycode"}    # are for names: a body would take for ever


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
            return _weir.decode(name, encoded) if encoded else b""
        return encoded.decode(_charset(encoding), errors)
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
                raise ValueError("a content coding takes bytes")
            return _weir.encode(name, decoded)
        return decoded.encode(_charset(encoding), errors)
    except TypeError:
        raise
    except Exception as e:
        raise ValueError(f"{type(e).__name__} when encoding {repr(decoded)[:10]} with {encoding!r}: {e!r}") from e


def decode_gzip(content):
    return decode(content, "gzip")


def encode_gzip(content):
    return encode(content, "gzip")
