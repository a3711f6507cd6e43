"""Content codings, over native strings."""
import _weir

ENCODINGS = {"identity", "gzip", "deflate"}


def _bytes(x):
    return x.encode("latin-1") if isinstance(x, str) else x


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
