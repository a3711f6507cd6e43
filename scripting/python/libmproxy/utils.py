"""Small helpers."""
import json
import re
import time
import urllib.parse

from mitmproxy.utils.human import format_timestamp, format_timestamp_with_milli, pretty_duration
from mitmproxy.utils.strutils import clean_hanging_newline

SIZES = {"k": 1024, "m": 1024 ** 2, "g": 1024 ** 3}


def timestamp():
    """Seconds since the epoch."""
    return time.time()


def isBin(s):
    """Whether there are control characters."""
    return any(ord(c) < 9 or 13 < ord(c) < 32 or ord(c) > 126 for c in s)


def isXML(s):
    """Whether it begins like XML."""
    return s.lstrip().startswith("<")


def pretty_json(s):
    """Indented JSON, None if it is none."""
    try:
        return json.dumps(json.loads(s), sort_keys=True, indent=4)
    except ValueError:
        return None


def urldecode(s):
    """[["a", "1"], …]"""
    return [list(p) for p in urllib.parse.parse_qsl(s, keep_blank_values=True, errors="surrogateescape")]


def urlencode(pairs):
    """a=1&b=2"""
    return urllib.parse.urlencode([tuple(p) for p in pairs], errors="surrogateescape")


def pretty_size(size):
    """12B, 1.2kB, …"""
    for unit in ("B", "kB", "MB"):
        if size < 1024:
            text = "%.2f" % size
            return (text.rstrip("0").rstrip(".") if "." in text else text) + unit
        size = float(size) / 1024
    return "%.2f" % size + "GB"


def parse_content_type(c):
    """("text", "html", {"charset": "utf-8"}), None for nonsense."""
    from mitmproxy.net.http.headers import parse_content_type as parse
    return parse(c)


def hostport(scheme, host, port):
    """"host" or "host:port", the port left out when it is the scheme's."""
    return host if (port, scheme) in ((80, "http"), (443, "https")) else "%s:%s" % (host, port)


def unparse_url(scheme, host, port, path=""):
    return "%s://%s%s" % (scheme, hostport(scheme, host, port), path)


def parse_url(url):
    """(scheme, host, port, path), None for nonsense."""
    try:
        p = urllib.parse.urlsplit(url, allow_fragments=False)
        if not p.scheme or not p.hostname:
            return None
        port = p.port or (443 if p.scheme == "https" else 80)
    except ValueError:
        return None
    path = urllib.parse.urlunsplit(("", "", p.path, p.query, ""))
    return p.scheme, p.hostname, port, path if path.startswith("/") else "/" + path


def parse_size(s):
    """"1k" → 1024; None for nothing, ValueError for nonsense."""
    if not s:
        return None
    m = re.fullmatch(r"(\d+)([kmg]?)", s.lower())
    if not m:
        raise ValueError("Invalid size specification.")
    return int(m[1]) * SIZES.get(m[2], 1)


def _native(x):
    """A part of a replacement: text, unless it is a function or a compiled expression."""
    if isinstance(x, bytes):
        return x.decode("latin-1")
    return x if isinstance(x, (str, re.Pattern)) or callable(x) else str(x)


def safe_subn(pattern, repl, target, *args, **kwargs):
    """re.subn that takes text and bytes alike."""
    pattern, repl = _native(pattern), _native(repl)
    if isinstance(target, bytes):
        pattern, repl = (x.encode("latin-1") if isinstance(x, str) else x for x in (pattern, repl))
    return re.subn(pattern, repl, target, *args, **kwargs)
