"""Tnetstrings, over native strings: texts of one character a byte."""
import io

from mitmproxy.io import tnetstring as _t


def _native(x):
    if isinstance(x, bytes):
        return x.decode("latin-1")
    if isinstance(x, list):
        return [_native(i) for i in x]
    if isinstance(x, dict):
        return {_native(k): _native(v) for k, v in x.items()}
    return x


def _bytes(x):
    if isinstance(x, str):
        return x.encode("latin-1") if all(c < "\u0100" for c in x) else x
    if isinstance(x, (list, tuple)):
        return [_bytes(i) for i in x]
    if isinstance(x, dict):
        return {_bytes(k): _bytes(v) for k, v in x.items()}
    return x


def _write(file, data):
    """Bytes into a file that may have been opened for text, which was the same once."""
    if not isinstance(file, io.TextIOBase):
        file.write(data)
    elif hasattr(file, "buffer"):
        file.flush()
        file.buffer.write(data)
    else:
        file.write(data.decode("latin-1"))


def _source(file):
    """What reads bytes from a file that may have been opened for text."""
    if not isinstance(file, io.TextIOBase):
        return file
    return file.buffer if hasattr(file, "buffer") else io.BytesIO(file.read().encode("latin-1"))


def dumps_bytes(value):
    return _t.dumps(value)


def dumps(value):
    return _t.dumps(_bytes(value)).decode("latin-1")


def dump(value, file):
    _write(file, _t.dumps(_bytes(value)))


def loads(string):
    return _native(_t.loads(string.encode("latin-1") if isinstance(string, str) else string))


def load(file):
    return _native(_t.load(_source(file)))
