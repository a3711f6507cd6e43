"""Tnetstrings, over native strings."""
from mitmproxy.io import tnetstring as _t


def _native(x):
    if isinstance(x, bytes):
        return x.decode("latin-1")
    if isinstance(x, list):
        return [_native(i) for i in x]
    if isinstance(x, dict):
        return {_native(k): _native(v) for k, v in x.items()}
    return x


def dumps_bytes(value):
    return _t.dumps(value)


def dumps(value):
    return _t.dumps(value).decode("latin-1")


def dump(value, file):
    file.write(_t.dumps(value))


def loads(string):
    return _native(_t.loads(string.encode("latin-1") if isinstance(string, str) else string))


def load(file):
    return _native(_t.load(file))
