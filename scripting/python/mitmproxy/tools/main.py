"""Entry points."""


def _inside(*args, **kwargs):
    raise RuntimeError("this script already runs inside weir: weirdump -s SCRIPT")


mitmproxy = mitmdump = mitmweb = _inside
