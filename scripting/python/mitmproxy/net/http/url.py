"""URLs: taking apart and putting together."""
import re
import urllib.parse

_PORTS = {"http": 80, "https": 443, b"http": 80, b"https": 443}
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
    path = urllib.parse.urlunsplit(("", "", parsed.path or "/", parsed.query, "")) or "/"
    if not path.startswith("/"):
        path = "/" + path
    return parsed.scheme.encode(), host, port, path.encode("utf-8", "surrogateescape")


def unparse(scheme, host, port, path=""):
    if scheme is None:
        scheme = "http"
    return f"{scheme}://{hostport(scheme, host, port)}{path}"


def hostport(scheme, host, port):
    """"host" or "host:port", the port left out when it is the scheme's."""
    if isinstance(host, bytes):
        return host if default_port(scheme) == port else b"%s:%d" % (host, port)
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return host if default_port(scheme) == port else f"{host}:{port}"


def parse_authority(authority, check):
    """(host, port or None) of a Host header; without check, nonsense is a host."""
    if isinstance(authority, bytes):
        authority = authority.decode("utf-8", "surrogateescape")
    m = _AUTHORITY.match(authority)
    if m:
        port = int(m["port"]) if m["port"] else None
        if port is None or port <= 65535:
            return m["host"].strip("[]"), port
    if check:
        raise ValueError(f"Invalid authority: {authority!r}")
    return authority, None


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
