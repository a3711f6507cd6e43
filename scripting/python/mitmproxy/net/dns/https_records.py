"""Records of type HTTPS (RFC 9460)."""
import enum
import struct
from dataclasses import dataclass

from mitmproxy.net.dns import domain_names
from mitmproxy.utils import strutils


class SVCParamKeys(enum.Enum):
    """Parameters by number (RFC 9460 14.3.2)."""

    MANDATORY = 0
    ALPN = 1
    NO_DEFAULT_ALPN = 2
    PORT = 3
    IPV4HINT = 4
    ECH = 5
    IPV6HINT = 6


_NAMES = {k.value: k.name.lower() for k in SVCParamKeys}
_NUMBERS = {name: n for n, name in _NAMES.items()}


@dataclass
class HTTPSRecord:
    """What a record says: `params` are bytes by number."""

    priority: int
    target_name: str
    params: dict

    def __repr__(self):
        return str(self.to_json())

    def to_json(self):
        return {"target_name": self.target_name, "priority": self.priority,
                **{_NAMES.get(n, n): strutils.bytes_to_escaped_str(v) for n, v in self.params.items()}}

    @classmethod
    def from_json(cls, data):
        """Back from to_json()."""
        params = {_NUMBERS[k] if k in _NUMBERS else int(k): strutils.escaped_str_to_bytes(v)
                  for k, v in data.items() if k not in ("target_name", "priority")}
        return cls(data["priority"], data["target_name"], params)


def _numbers(data, at, n):
    """The 16 bit numbers at a place, and the offset behind them."""
    end = at + 2 * n
    if end > len(data):
        raise struct.error(f"unpack requires a buffer of {2 * n} bytes")
    return struct.unpack_from(f"!{n}H", data, at), end


def unpack(data):
    """A record of the bytes of its data; struct.error on nonsense."""
    (priority,), at = _numbers(data, 0, 1)
    target_name, n = domain_names.unpack_from(data, at)
    at += n
    params = {}
    while at < len(data):
        (key, n), at = _numbers(data, at, 2)
        if at + n > len(data):
            raise struct.error(f"unpack requires a buffer of {at + n} bytes")
        params[key] = data[at:at + n]
        at += n
    return HTTPSRecord(priority, target_name, params)


def pack(record):
    """The bytes of the data of a record."""
    out = [struct.pack("!H", record.priority), domain_names.pack(record.target_name)]
    out.extend(struct.pack("!HH", key, len(value)) + value for key, value in record.params.items())
    return b"".join(out)
