"""Cookies, in the form of the classic interface."""
from mitmproxy.net.http import cookies as _cookies
from netlib import odict as _odict


def parse_cookie_header(line):
    """The cookies of a Cookie field, an ODict."""
    return _odict.ODict(_cookies._pairs(line)[0])


def format_cookie_header(od):
    """A Cookie field of an ODict."""
    return _cookies.format_cookie_header(od.lst)


def parse_set_cookie_header(line):
    """(name, value, ODictCaseless of attributes) of a Set-Cookie field; None if there is nothing in it."""
    pairs = _cookies._pairs(line, set_cookie=True, whole=("expires", "path"))[0]
    return (*pairs[0], _odict.ODictCaseless(pairs[1:])) if pairs else None


def format_set_cookie_header(name, value, attrs):
    """A Set-Cookie field."""
    return _cookies.format_set_cookie_header([(name, value, attrs)])
