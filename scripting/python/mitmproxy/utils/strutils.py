"""Text and bytes."""
import codecs
import io
import re


def always_bytes(x, *encode_args):
    """Bytes of text or bytes; None stays."""
    if x is None or isinstance(x, bytes):
        return x
    if isinstance(x, str):
        return x.encode(*encode_args)
    raise TypeError(f"Expected str or bytes, but got {type(x).__name__}.")


def always_str(x, *decode_args):
    """Text of text or bytes; None stays."""
    if x is None or isinstance(x, str):
        return x
    if isinstance(x, bytes):
        return x.decode(*decode_args)
    raise TypeError(f"Expected str or bytes, but got {type(x).__name__}.")


def escape_control_characters(text, keep_spacing=True):
    """Control characters as dots."""
    if not isinstance(text, str):
        raise ValueError(f"text type must be unicode but is {type(text).__name__}")
    keep = "\r\n\t" if keep_spacing else ""
    return "".join("." if (ord(c) < 32 or ord(c) == 127) and c not in keep else c for c in text)


def bytes_to_escaped_str(data, keep_spacing=False, escape_single_quotes=False):
    """Bytes as a readable text that can be turned back."""
    if not isinstance(data, bytes):
        raise ValueError(f"data must be bytes, but is {data.__class__.__name__}")
    text = _escape(data, escape_single_quotes)
    if keep_spacing:
        text = re.sub(r"(?<!\\)(\\\\)*\\([nrt])", lambda m: (m[1] or "") + dict(n="\n", r="\r", t="\t")[m[2]], text)
    return text


def _escape(data, quotes):
    text = codecs.escape_encode(data)[0].decode()
    return text if quotes else text.replace("\\'", "'")


def escaped_str_to_bytes(data):
    """Back from bytes_to_escaped_str()."""
    if not isinstance(data, str):
        raise ValueError(f"data must be str, but is {data.__class__.__name__}")
    return codecs.escape_decode(data)[0]


def is_mostly_bin(s):
    """Whether bytes look binary. Of UTF-8 no character is cut in two."""
    if not s:
        return False
    end = 100
    while end < min(len(s), 104) and s[end] & 0xc0 == 0x80:
        end += 1
    part = s[:end]
    try:
        part = part.decode()
    except UnicodeDecodeError:
        return sum(b < 9 or 13 < b < 32 or b > 126 for b in part) / len(part) > 0.3
    return sum(ord(c) < 9 or 13 < ord(c) < 32 or ord(c) == 127 for c in part) / len(part) > 0.3


def is_xml(s):
    return s.lstrip()[:1] in ("<", b"<")


def clean_hanging_newline(t):
    return t[:-1] if t and t[-1] == "\n" else t


def hexdump(s):
    """Rows of (offset, hex, text)."""
    for i in range(0, len(s), 16):
        part = s[i:i + 16]
        a, b = (" ".join(f"{x:0>2x}" for x in p) for p in (part[:8], part[8:]))
        yield f"{i:0=10x}", f"{a:<23}  {b:<23}", "".join(chr(x) if 32 <= x < 127 else "." for x in part)


def cut_after_n_lines(content, n):
    out = io.StringIO(content)
    return "".join(line for _, line in zip(range(n), out))


# Parts of patterns for areas that begin and end with a mark: on one line, on several; the end is not escaped.
SINGLELINE_CONTENT = r"[^\n]*?"
MULTILINE_CONTENT = r"[\s\S]*?"
NO_ESCAPE = r"(?<!\\)(?:\\\\)*"
MULTILINE_CONTENT_LINE_CONTINUATION = r"(?:[^\n]|\\\n)*?"
_PRIVATE = 0xe000       # what is hidden is moved into Unicode's private use


def split_special_areas(data, area_delimiter):
    """Text in pieces: those at odd places match one of the patterns."""
    return re.split("({})".format("|".join(area_delimiter)), data, flags=re.MULTILINE)


def escape_special_areas(data, area_delimiter, control_characters):
    """Hide characters where one of the patterns matches; unescape_special_areas() shows them again."""
    hidden = {ord(c): _PRIVATE + ord(c) for c in control_characters}
    pieces = split_special_areas(data, area_delimiter)
    pieces[1::2] = [p.translate(hidden) for p in pieces[1::2]]
    return "".join(pieces)


def unescape_special_areas(data):
    """Back from escape_special_areas()."""
    return re.sub("[\ue000-\ue0ff]", lambda m: chr(ord(m[0]) - _PRIVATE), data)
