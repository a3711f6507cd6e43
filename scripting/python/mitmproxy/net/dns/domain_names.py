"""Names in messages (RFC 1035 3.1, 4.1.4)."""
import struct

from mitmproxy.net.dns import types

_MAX_LABEL = 63
# Types whose data has names that may be compressed (RFC 3597 4).
_COMPRESSED = {types.NS, types.CNAME, types.SOA, types.PTR, types.MX, types.SRV, 17, 18, 21, 24, 26, 30, 36, 39}


def cache():
    """What unpack_from_with_compression() may remember names in."""
    return {}


def pack(name):
    """A name as bytes; ValueError if a label is empty or too long."""
    labels = name.split(".") if name else []
    if not all(labels):
        raise ValueError(f"domain name '{name}' contains empty labels")
    out = b""
    for label in labels:
        part = label.encode("idna")
        if len(part) > _MAX_LABEL:
            raise ValueError("label too long")
        out += bytes([len(part)]) + part
    return out + b"\0"


def _byte(data, at):
    if at >= len(data):
        raise struct.error(f"unpack requires a buffer of {at + 1} bytes")
    return data[at]


def _label(data, at):
    """(text, offset behind it) of the label whose length is at `at`."""
    n = data[at]
    at += 1
    if n > _MAX_LABEL:
        raise struct.error(f"unpack encountered a label of length {n}")
    if at + n > len(data):
        raise struct.error(f"unpack requires a label buffer of {n} bytes")
    try:
        return data[at:at + n].decode("idna"), at + n
    except UnicodeError:
        raise struct.error(f"unpack encountered an illegal characters at offset {at}") from None


def unpack_at(data, at):
    """(name, offset behind it) in a message; a pointer may only go back. struct.error on nonsense."""
    labels, end, limit = [], None, at
    while True:
        n = _byte(data, at)
        if n & 0xc0 == 0xc0:
            to = (n & 0x3f) << 8 | _byte(data, at + 1)
            end = at + 2 if end is None else end
            if to >= limit:
                raise struct.error("unpack encountered domain name loop")
            at = limit = to
        elif n == 0:
            return ".".join(labels), at + 1 if end is None else end
        else:
            label, at = _label(data, at)
            labels.append(label)


def unpack_from_with_compression(buffer, offset, cached_names):
    """(name, bytes that it takes) at a place in a message."""
    if offset not in cached_names:
        name, end = unpack_at(buffer, offset)
        cached_names[offset] = name, end - offset
    return cached_names[offset]


def unpack_from(buffer, offset):
    """(name, bytes that it takes) where no pointers are allowed."""
    labels, at = [], offset
    while True:
        n = _byte(buffer, at)
        if n & 0xc0 == 0xc0:
            raise struct.error("unpack encountered a pointer which is not supported in RDATA")
        if n == 0:
            return ".".join(labels), at + 1 - offset
        label, at = _label(buffer, at)
        labels.append(label)


def unpack(buffer):
    """The name that all of these bytes are."""
    name, n = unpack_from(buffer, 0)
    if n != len(buffer):
        raise struct.error(f"unpack requires a buffer of {n} bytes")
    return name


def record_data_can_have_compression(record_type):
    """Whether names in the data of such records may be compressed."""
    return record_type in _COMPRESSED


def decompress_from_record_data(buffer, offset, end_data, cached_names):
    """Data of a record with what can be pointers written out; for data whose form is not known better."""
    out = bytearray()
    while offset < end_data:
        if buffer[offset] & 0xc0 == 0xc0:
            try:
                out += pack(unpack_from_with_compression(buffer, offset, cached_names)[0])
                offset += 2
                continue
            except (struct.error, ValueError):
                pass                # no pointer, then
        out.append(buffer[offset])
        offset += 1
    return bytes(out)
