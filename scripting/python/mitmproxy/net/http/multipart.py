"""Bodies of type multipart/form-data."""
import mimetypes
import os
import re

from mitmproxy.net.http.headers import parse_content_type

_HEAD = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"""\bname=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))""")


def make_boundary():
    return "-" * 20 + os.urandom(16).hex()


def _boundary(content_type):
    parsed = parse_content_type(content_type)
    value = parsed[2].get("boundary", "").strip('"') if parsed else ""
    if not value:
        raise ValueError("No boundary in content-type")
    return value.encode("ascii")


def encode_multipart(content_type, parts):
    """Pairs of bytes as a body; file names are guessed to have a type. b"" if the type has no usable boundary."""
    try:
        boundary = _boundary(content_type)
    except ValueError:
        return b""
    out = []
    for key, value in parts:
        kind = mimetypes.guess_type(key.decode("utf-8", "replace"))[0] or "text/plain; charset=utf-8"
        if boundary in value:
            raise ValueError("boundary found in encoded string")
        out.append(b'--%s\r\nContent-Disposition: form-data; name="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n'
                   % (boundary, key, kind.encode(), value))
    return b"".join(out) + b"--%s--\r\n" % boundary


def decode_multipart(content_type, content):
    """[(name, value), …] of bytes; none if the type has no usable boundary."""
    try:
        boundary = _boundary(content_type)
    except ValueError:
        return []
    out = []
    for part in content.split(b"--" + boundary)[1:]:
        if part.startswith(b"--"):
            break
        end = _HEAD.search(part)
        m = _NAME.search(part[:end.start()]) if end else None
        if m:
            # The line end in front of a delimiter belongs to it (RFC 2046 5.1.1).
            value = part[end.end():].removesuffix(b"\n").removesuffix(b"\r")
            out.append((m[1] if m[1] is not None else m[2], value))
    return out


decode, encode = decode_multipart, encode_multipart
