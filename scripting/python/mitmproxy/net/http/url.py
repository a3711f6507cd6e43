"""URLs: taking apart and putting together."""
import re
import urllib.parse

from mitmproxy.net import check as _check

_PORTS = {"http": 80, "https": 443, b"http": 80, b"https": 443}
_PLAIN = re.compile(r"([\w-]{1,63}(?:\.[\w-]{1,63})*\.?)(?::(\d{1,4}))?", re.A)   # what needs no closer look
_AUTHORITY = re.compile(r"^(?P<host>[^:]+|\[.+\])(?::(?P<port>\d+))?$")


def default_port(scheme):
    return _PORTS.get(scheme)


def parse(url):
    """(scheme, host, port, path) as bytes; ValueError on nonsense."""
    if isinstance(url, bytes):
        url = url.decode("utf-8", "surrogateescape")
    parsed = urllib.parse.urlsplit(url, allow_fragments=False)
    if not parsed.hostname:
        raise ValueError("No hostname given")
    port = parsed.port or default_port(parsed.scheme) or 443
    host = parsed.hostname.encode("idna")
    if not _check.is_valid_host(host):
        raise ValueError("Invalid Host")
    path = urllib.parse.urlunsplit(("", "", _quoted(parsed.path) or "/", _quoted(parsed.query), ""))
    if not path.startswith("/"):
        path = "/" + path
    return parsed.scheme.encode(), host, port, path.encode()


def _quoted(part):
    """A part of a URL; all of it is quoted when it has what may not stand in one."""
    return quote(part) if not part.isascii() else part


def unparse(scheme, host, port, path=""):
    """The URL, as bytes when its parts are bytes."""
    if isinstance(scheme, bytes):
        return b"%s://%s%s" % (scheme, hostport(scheme, host, port), path)
    return f"{scheme or 'http'}://{hostport(scheme, host, port)}{path}"


def hostport(scheme, host, port):
    """"host" or "host:port", the port left out when it is the scheme's."""
    if isinstance(host, bytes):
        return host if default_port(scheme) == port else b"%s:%d" % (host, port)
    if isinstance(host, str) and ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return host if default_port(scheme) == port else f"{host}:{port}"


def parse_authority(authority, check):
    """(host, port or None) of a Host header, names as people write them; without check, nonsense is a host."""
    if isinstance(authority, bytes):
        authority = authority.decode("utf-8", "surrogateescape")
    m = _PLAIN.fullmatch(authority)
    if m and len(authority) <= 255 and "xn--" not in authority:
        return m[1], int(m[2]) if m[2] else None
    m = _AUTHORITY.match(authority)
    if m:
        host, port = m["host"].strip("[]"), int(m["port"]) if m["port"] else None
        if _check.is_valid_host(host) and (port is None or _check.is_valid_port(port)):
            return _readable(host), port
    if check:
        raise ValueError(f"Invalid authority: {authority!r}")
    return authority, None


def _readable(host):
    """A name out of its ASCII form (RFC 3490 4.2)."""
    if "xn--" in host:
        try:
            return host.encode().decode("idna")
        except UnicodeError:
            pass
    return host


def encode(pairs, similar_to=None):
    """Pairs as a=1&b=2; "a" instead of "a=" where similar_to does it so."""
    pairs = [(k, v) for k, v in pairs]
    text = urllib.parse.urlencode(pairs, errors="surrogateescape")
    if text and similar_to and any(p and "=" not in p for p in similar_to.split("&")):
        text = re.sub(r"=(?=&|$)", "", text)
    return text


def decode(text):
    return urllib.parse.parse_qsl(text, keep_blank_values=True, errors="surrogateescape")


def quote(text, safe="/"):
    return urllib.parse.quote(text, safe=safe, errors="surrogateescape")


def unquote(text):
    return urllib.parse.unquote(text, errors="surrogateescape")
