"""Text, bytes and URLs."""
from libmproxy.utils import hostport, parse_content_type, parse_url, pretty_size, unparse_url, urldecode, urlencode
from mitmproxy.net.check import is_valid_host, is_valid_port
from mitmproxy.utils.bits import getbit, setbit

__all__ = ["cleanBin", "getbit", "hexdump", "hostport", "is_valid_host", "is_valid_port", "isascii", "parse_content_type", "parse_url",
           "pretty_size", "setbit", "unparse_url", "urldecode", "urlencode"]


def isascii(s):
    return s.isascii()


def cleanBin(s, fixspacing=False):
    """Control characters as dots."""
    s, keep = s.decode("latin-1") if isinstance(s, bytes) else s, "" if fixspacing else "\r\n\t"
    return "".join(c if 31 < ord(c) < 127 or c in keep else "." for c in s)


def hexdump(s):
    """Rows of (offset, hex, text)."""
    from mitmproxy.utils import strutils
    return list(strutils.hexdump(s.encode("latin-1") if isinstance(s, str) else s))
