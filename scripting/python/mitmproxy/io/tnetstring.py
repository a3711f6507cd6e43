"""Tnetstrings: "LENGTH:DATA" and a letter for the type."""

DEPTH = 64              # nesting that is believed
DIGITS = 12             # of a length


def dumps(value):
    """A value as bytes."""
    if value is None:
        body, tag = b"", b"~"
    elif value is True or value is False:
        body, tag = (b"true" if value else b"false"), b"!"
    elif isinstance(value, int):
        body, tag = str(int(value)).encode(), b"#"
    elif isinstance(value, float):
        body, tag = repr(value).encode(), b"^"
    elif isinstance(value, bytes):
        body, tag = value, b","
    elif isinstance(value, str):
        body, tag = value.encode("utf-8", "surrogateescape"), b";"
    elif isinstance(value, (list, tuple)):
        body, tag = b"".join(map(dumps, value)), b"]"
    elif isinstance(value, dict):
        body, tag = b"".join(dumps(k) + dumps(v) for k, v in value.items()), b"}"
    else:
        raise ValueError(f"unserializable object: {value!r} ({type(value)})")
    return b"%d:%s%s" % (len(body), body, tag)


def dump(value, file):
    file.write(dumps(value))


def _parse(tag, body, depth):
    if tag == b",":
        return body
    if tag == b";":
        return body.decode("utf-8", "surrogateescape")
    if tag == b"#":
        return int(body)
    if tag == b"^":
        return float(body)
    if tag == b"!" and body in (b"true", b"false"):
        return body == b"true"
    if tag == b"~" and not body:
        return None
    if depth > DEPTH or tag not in (b"]", b"}"):
        raise ValueError(f"unknown type tag: {tag!r}")
    items = []
    while body:
        item, body = pop(body, depth + 1)
        items.append(item)
    if tag == b"]":
        return items
    if len(items) % 2:
        raise ValueError("dictionary without a value")
    return dict(zip(items[::2], items[1::2]))


def pop(data, depth=0):
    """(first value, rest) of bytes; ValueError on nonsense."""
    head, sep, rest = data.partition(b":")
    if not sep or not head.isdigit() or len(head) > DIGITS or int(head) >= len(rest):
        raise ValueError("not a tnetstring")
    n = int(head)
    return _parse(rest[n:n + 1], rest[:n], depth), rest[n + 1:]


def loads(data):
    return pop(data)[0]


def load(file):
    """The next value of a file; EOFError at its end, ValueError on nonsense."""
    c = file.read(1)
    if not c:
        raise EOFError("end of file")
    digits = b""
    while c.isdigit() and len(digits) < DIGITS:
        digits += c
        c = file.read(1)
    if c != b":" or not digits:
        raise ValueError("not a tnetstring: missing or invalid length prefix")
    body = b""
    left = int(digits)
    while left:             # what is promised is not believed before it is there
        piece = file.read(min(left, 1 << 20))
        if not piece:
            raise ValueError("not a tnetstring: too short")
        body += piece
        left -= len(piece)
    return _parse(file.read(1), body, 0)
