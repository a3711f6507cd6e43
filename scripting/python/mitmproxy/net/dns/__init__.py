"""Numbers of DNS by name."""
import re


def _number(names, s):
    """A number of its name, or of "WORD(number)"; ValueError if it is neither."""
    for n, name in names.items():
        if name == s:
            return n
    m = re.fullmatch(r"[A-Z]+\((\d{1,5})\)", s)
    if not m:
        raise ValueError(f"no such name: {s!r}")
    return int(m[1])
