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


def _scalar(tag, body):
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
    raise ValueError(f"unknown type tag: {tag!r}")


def _parse(tag, data, at, end, depth):
    """A value of that type between two offsets."""
    if tag not in (b"]", b"}"):
        return _scalar(tag, data[at:end])
    if depth > DEPTH:
        raise ValueError("nested too deeply")
    items = []
    while at < end:
        item, at = _value(data, at, end, depth + 1)
        items.append(item)
    if tag == b"]":
        return items
    if len(items) % 2:
        raise ValueError("dictionary without a value")
    return dict(zip(items[::2], items[1::2]))


def _value(data, at, end, depth):
    """(value, offset behind it)"""
    colon = data.find(b":", at, at + DIGITS + 1)
    head = data[at:max(colon, at)]
    if not head.isdigit():
        raise ValueError("not a tnetstring")
    at, stop = colon + 1, colon + 1 + int(head)
    if stop >= end:
        raise ValueError("not a tnetstring")
    return _parse(data[stop:stop + 1], data, at, stop, depth), stop + 1


def pop(data):
    """(first value, rest) of bytes; ValueError on nonsense."""
    if not isinstance(data, bytes):
        data = bytes(data)
    value, at = _value(data, 0, len(data), 0)
    return value, data[at:]


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
    pieces, left = [], int(digits)
    while left:             # what is promised is not believed before it is there
        piece = file.read(min(left, 1 << 20))
        if not piece:
            raise ValueError("not a tnetstring: too short")
        pieces.append(piece)
        left -= len(piece)
    body = b"".join(pieces)
    return _parse(file.read(1), body, 0, len(body), 0)
