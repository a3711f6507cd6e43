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
    """Whether bytes look binary."""
    if not s:
        return False
    part = s[:100]
    return sum(b < 9 or 13 < b < 32 or b > 126 for b in part) / len(part) > 0.3


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
