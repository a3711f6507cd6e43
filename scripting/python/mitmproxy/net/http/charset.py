"""Which charset a body has."""
import re

from mitmproxy.net.http.headers import parse_content_type

_BOMS = ((b"\x00\x00\xfe\xff", "utf-32be"), (b"\xff\xfe\x00\x00", "utf-32le"), (b"\xfe\xff", "utf-16be"),
         (b"\xff\xfe", "utf-16le"), (b"\xef\xbb\xbf", "utf-8-sig"))
_META = re.compile(rb"""<meta[^>]+charset=['"]?([^'">\s/]+)""", re.I)
_XML = re.compile(rb"""<\?xml[^>]+encoding=['"]?([^'"?>\s]+)""", re.I)
_CSS = re.compile(rb"""@charset\s+['"]([^'"]+)['"]""", re.I)


def _from_body(ct, content):
    if "json" in ct:
        return "utf8"
    if "html" in ct:
        m = _META.search(content[:4096])
        return m[1].decode("ascii", "ignore") if m else "utf8"
    if "xml" in ct:
        m = _XML.search(content[:1024])
        return m[1].decode("ascii", "ignore") if m else "utf8"
    if "javascript" in ct or "ecmascript" in ct:
        return "utf8"
    if "text/css" in ct:
        m = _CSS.match(content)
        return m[1].decode("ascii", "ignore") if m else "utf8"
    return "latin-1"


def guess(content_type, content=b""):
    """The name of a codec, from a byte order mark, the header or the body."""
    for bom, enc in _BOMS:
        if content.startswith(bom):
            return enc
    parsed = parse_content_type(content_type)
    enc = parsed[2].get("charset", "").strip("'\"") if parsed else ""
    enc = enc or _from_body(content_type.lower(), content)
    # What says gb2312 usually is a superset of it.
    return "gb18030" if enc.lower() in ("gb2312", "gbk") else enc
