"""Names in messages (RFC 1035 3.1, 4.1.4)."""


def pack(name):
    out = b""
    for label in name.split(".") if name else ():
        part = label.encode("idna") if label else b""
        if not 0 < len(part) < 64:
            raise ValueError(f"domain name {name!r} has a bad label")
        out += bytes([len(part)]) + part
    return out + b"\0"


def unpack_at(data, at):
    """(name, offset behind it); a pointer may only go back."""
    labels, end, limit = [], None, at
    while True:
        n = data[at]
        if n & 0xc0 == 0xc0:
            to = (n & 0x3f) << 8 | data[at + 1]
            end = at + 2 if end is None else end
            if to >= limit:
                raise ValueError("unpack encountered domain name loop")
            at = limit = to
            continue
        at += 1
        if n == 0:
            return ".".join(labels), at if end is None else end
        if n > 63 or at + n > len(data):
            raise ValueError("unpack encountered a bad label")
        labels.append(data[at:at + n].decode("idna"))
        at += n


def unpack(data):
    return unpack_at(data, 0)[0]
