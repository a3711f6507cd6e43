"""Cookie and Set-Cookie fields, read leniently."""
import re
import time
from email.utils import formatdate, mktime_tz, parsedate_tz

from mitmproxy.coretypes import multidict

_SPECIAL = set('()<>@,;:\\"/[]?={} \t')
_ATTRS = {"expires", "path", "comment", "max-age", "secure", "httponly", "version", "domain", "samesite",
          "partitioned", "priority"}


class CookieAttrs(multidict.MultiDict):
    """The attributes of a cookie: names in any case, the last value counts."""

    @staticmethod
    def _kconv(key):
        return key.lower()

    @staticmethod
    def _reduce_values(values):
        return values[-1]


def _quoted(s, at):
    """(text, offset behind it) of a quoted string whose opening quote is at `at`."""
    out, escaped = [], False
    for i in range(at + 1, len(s)):
        c = s[i]
        if escaped:
            out.append(c)
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == '"':
            return "".join(out), i + 1
        else:
            out.append(c)
    return "".join(out), len(s)


def _until(s, at, ends):
    i = at
    while i < len(s) and s[i] not in ends:
        i += 1
    return s[at:i], i


def _pairs(s, at=0, set_cookie=False, whole=("expires",)):
    """Pairs [name, value]; value None where there was no "=". A comma ends a Set-Cookie,
    but not in those named in `whole`. Gives (pairs, offset)."""
    pairs, ends = [], ";,=" if set_cookie else ";="
    while at < len(s):
        while at < len(s) and s[at] in " \t":
            at += 1
        name, at = _until(s, at, ends)
        name, value = name.strip(), None
        if at < len(s) and s[at] == "=":
            at += 1
            while at < len(s) and s[at] in " \t":
                at += 1
            if at < len(s) and s[at] == '"':
                value, at = _quoted(s, at)
                _, at = _until(s, at, ";," if set_cookie else ";")
            else:
                stop = ";," if set_cookie and name.lower() not in whole else ";"
                value, at = _until(s, at, stop)
                if set_cookie and name.lower() == "expires" and "," in value[4:]:
                    cut = value.index(",", 4)       # "Thu, 01 Jan …, next=cookie"
                    at -= len(value) - cut
                    value = value[:cut]
                value = value.rstrip()
        if name or value:
            pairs.append([name, value])
        if at < len(s) and s[at] == "," and set_cookie:
            return pairs, at + 1
        at += 1
    return pairs, at


def _has_special(s):
    return any(c in _SPECIAL or ord(c) < 0x21 or ord(c) > 0x7e for c in s)


def _format_pairs(pairs, plain=(), sep="; "):
    out = []
    for k, v in pairs:
        if v is None:
            out.append(k)
        else:
            if k.lower() not in plain and _has_special(v):
                v = '"%s"' % re.sub(r'(["\\])', r"\\\1", v)
            out.append(f"{k}={v}")
    return sep.join(out)


def parse_cookie_header(line):
    """[[name, value], …] of one Cookie field."""
    return [[k, v or ""] for k, v in _pairs(line)[0]]


def parse_cookie_headers(lines):
    return [p for line in lines for p in parse_cookie_header(line)]


def format_cookie_header(pairs):
    return _format_pairs(pairs)


def parse_set_cookie_header(line):
    """[(name, value, CookieAttrs), …] of one Set-Cookie field."""
    out, at = [], 0
    while at < len(line):
        pairs, at = _pairs(line, at, set_cookie=True)
        if pairs:
            out.append((pairs[0][0], pairs[0][1] or "", CookieAttrs(tuple(p) for p in pairs[1:])))
    return out


def parse_set_cookie_headers(lines):
    return [c for line in lines for c in parse_set_cookie_header(line)]


def format_set_cookie_header(cookies):
    out = []
    for name, value, attrs in cookies:
        pairs = [(name, value), *(attrs.fields if hasattr(attrs, "fields") else attrs.items())]
        out.append(_format_pairs(pairs, plain=_ATTRS))
    return ", ".join(out)


def refresh_set_cookie_header(c, delta):
    """The same field with its expiry moved by delta seconds; ValueError if a cookie has no name or no value."""
    parsed = parse_set_cookie_header(c)
    for name, value, attrs in parsed:
        if not name or not value:
            raise ValueError("Invalid Cookie")
        if "expires" in attrs:
            e = parsedate_tz(attrs["expires"])
            if e:
                attrs.set_all("expires", [formatdate(mktime_tz(e) + delta, usegmt=True)])
            else:
                del attrs["expires"]
    return format_set_cookie_header(parsed)


def get_expiration_ts(attrs):
    """When a cookie expires, None if it does not say."""
    if "expires" in attrs:
        e = parsedate_tz(attrs["expires"])
        if e:
            return mktime_tz(e)
    elif "max-age" in attrs:
        try:
            return time.time() + int(attrs["max-age"])
        except (TypeError, ValueError):
            pass
    return None


def is_expired(attrs):
    ts = get_expiration_ts(attrs)
    return ts is not None and ts <= time.time()


def group_cookies(pairs):
    """Cookies and their attributes out of one flat list of pairs."""
    groups = []
    for k, v in pairs:
        if groups and k.lower() in _ATTRS:
            groups[-1][2].append((k, v))
        else:
            groups.append((k, v or "", []))
    return [(k, v, CookieAttrs(a)) for k, v, a in groups]
