"""Content codings, over native strings."""
import codecs

import _weir

# Between the bytes of a message, what a script has put there and is none is UTF-8.
codecs.register_error("weir_utf8", lambda e: (e.object[e.start:e.end].encode("utf-8", "surrogateescape"), e.end))

ENCODINGS = {"identity", "gzip", "deflate"}


def _bytes(x):
    return x.encode("latin-1", "weir_utf8") if isinstance(x, str) else x


def decode(e, content):
    """The content without a coding; None if that is unknown or does not fit."""
    if e not in ENCODINGS:
        return None
    if e == "identity":
        return content
    try:
        return _weir.decode(e, _bytes(content)).decode("latin-1")
    except ValueError:
        return None


def encode(e, content):
    """The content with a coding; None if that is unknown."""
    if e not in ENCODINGS:
        return None
    if e == "identity":
        return content
    return _weir.encode(e, _bytes(content)).decode("latin-1")
