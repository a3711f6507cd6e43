"""Text and bytes."""


def isascii(s):
    return s.isascii()


def cleanBin(s, fixspacing=False):
    """Control characters as dots."""
    keep = "" if fixspacing else "\r\n\t"
    return "".join(c if 31 < ord(c) < 127 or c in keep else "." for c in s)


def hexdump(s):
    """Rows of (offset, hex, text)."""
    from mitmproxy.utils import strutils
    return list(strutils.hexdump(s.encode("latin-1") if isinstance(s, str) else s))


def hostport(scheme, host, port):
    from libmproxy import utils
    return utils.hostport(scheme, host, port)


def unparse_url(scheme, host, port, path=""):
    from libmproxy import utils
    return utils.unparse_url(scheme, host, port, path)
