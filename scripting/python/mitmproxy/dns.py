"""DNS messages and flows."""
import base64
import ipaddress
import random
import struct
import time

import _weir

from mitmproxy import flow
from mitmproxy.net.dns import classes, domain_names, https_records, op_codes, response_codes, types

_FLAGS = (("query", 15, 1), ("op_code", 11, 15), ("authoritative_answer", 10, 1), ("truncation", 9, 1),
          ("recursion_desired", 8, 1), ("recursion_available", 7, 1), ("reserved", 4, 7), ("response_code", 0, 15))
# Types whose data has names that may be compressed (RFC 3597 4): bytes in front of them, how many.
_NAMES = {types.NS: (0, 1), types.CNAME: (0, 1), types.PTR: (0, 1), types.SOA: (0, 2), types.MX: (2, 1),
          types.SRV: (6, 1), 17: (0, 2), 18: (2, 1), 21: (2, 1), 36: (2, 1), 39: (0, 1)}
_LISTS = ("questions", "answers", "authorities", "additionals")


class _Part:
    """What stands in the lists of a message; `_names` are its parts."""

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, ", ".join(f"{n}={getattr(self, n)!r}" for n in self._names))

    def __eq__(self, other):
        return type(other) is type(self) and self.__dict__ == other.__dict__

    __hash__ = None

    def get_state(self):
        return {n: getattr(self, n) for n in self._names}

    def set_state(self, s):
        for n in self._names:
            setattr(self, n, s[n])

    @classmethod
    def from_state(cls, s):
        return cls(*(s[n] for n in cls._names))

    def copy(self):
        return self.from_state(self.get_state())


class Question(_Part):
    """What is asked for."""

    _names = ("name", "type", "class_")

    def __init__(self, name, type, class_=classes.IN):
        self.name, self.type, self.class_ = name, type, class_

    def __str__(self):
        return self.name

    def to_json(self):
        return {"name": self.name, "type": types.to_str(self.type), "class": classes.to_str(self.class_)}

    @classmethod
    def from_json(cls, data):
        """Back from to_json()."""
        return cls(data["name"], types.from_str(data["type"]), classes.from_str(data["class"]))


# Types whose data can be read: (attribute, back from to_json(), ready for it).
_READABLE = {
    types.A: ("ipv4_address", ipaddress.IPv4Address, str), types.AAAA: ("ipv6_address", ipaddress.IPv6Address, str),
    types.NS: ("domain_name", str, str), types.CNAME: ("domain_name", str, str), types.PTR: ("domain_name", str, str),
    types.TXT: ("text", str, str),
    types.HTTPS: ("_https", https_records.HTTPSRecord.from_json, https_records.HTTPSRecord.to_json),
}


class ResourceRecord(_Part):
    """One answer."""

    DEFAULT_TTL = 60
    _names = ("name", "type", "class_", "ttl", "data")

    def __init__(self, name, type, class_, ttl, data):
        self.name, self.type, self.class_, self.ttl, self.data = name, type, class_, ttl, data

    def __str__(self):
        return str(self._readable())

    def _readable(self):
        """The data for people; its bytes where it cannot be read."""
        if self.type not in _READABLE:
            return f"0x{self.data.hex()}"
        name, _, ready = _READABLE[self.type]
        try:
            return ready(getattr(self, name))
        except (ValueError, struct.error):
            return f"0x{self.data.hex()} (invalid {types.to_str(self.type)} data)"

    @property
    def text(self):
        return self.data.decode("utf-8")

    @text.setter
    def text(self, value):
        self.data = value.encode("utf-8")

    @property
    def ipv4_address(self):
        return ipaddress.IPv4Address(self.data)

    @ipv4_address.setter
    def ipv4_address(self, ip):
        self.data = ip.packed

    @property
    def ipv6_address(self):
        return ipaddress.IPv6Address(self.data)

    @ipv6_address.setter
    def ipv6_address(self, ip):
        self.data = ip.packed

    @property
    def domain_name(self):
        return domain_names.unpack(self.data)

    @domain_name.setter
    def domain_name(self, name):
        self.data = domain_names.pack(name)

    @property
    def _https(self):
        return https_records.unpack(self.data)

    @_https.setter
    def _https(self, record):
        self.data = https_records.pack(record)

    def _set_https(self, key, value):
        record = self._https
        if value is None:
            record.params.pop(key.value, None)
        else:
            record.params[key.value] = value
        self._https = record

    @property
    def https_alpn(self):
        """The protocols of an HTTPS record (RFC 9460 7.1.1), None if it names none."""
        data = self._https.params.get(https_records.SVCParamKeys.ALPN.value)
        if data is None:
            return None
        names, at = [], 0
        while at < len(data):
            end = at + 1 + data[at]
            names.append(data[at + 1:end])
            at = end
        return tuple(names)

    @https_alpn.setter
    def https_alpn(self, names):
        self._set_https(https_records.SVCParamKeys.ALPN,
                        None if names is None else b"".join(bytes([len(n)]) + n for n in names))

    @property
    def https_ech(self):
        """The ECHConfigList of an HTTPS record in base64, None if it has none."""
        data = self._https.params.get(https_records.SVCParamKeys.ECH.value)
        return None if data is None else base64.b64encode(data).decode()

    @https_ech.setter
    def https_ech(self, text):
        self._set_https(https_records.SVCParamKeys.ECH, None if text is None else base64.b64decode(text))

    @classmethod
    def A(cls, name, ip, *, ttl=DEFAULT_TTL):
        return cls(name, types.A, classes.IN, ttl, ip.packed)

    @classmethod
    def AAAA(cls, name, ip, *, ttl=DEFAULT_TTL):
        return cls(name, types.AAAA, classes.IN, ttl, ip.packed)

    @classmethod
    def CNAME(cls, alias, canonical, *, ttl=DEFAULT_TTL):
        return cls(alias, types.CNAME, classes.IN, ttl, domain_names.pack(canonical))

    @classmethod
    def PTR(cls, inaddr, ptr, *, ttl=DEFAULT_TTL):
        return cls(inaddr, types.PTR, classes.IN, ttl, domain_names.pack(ptr))

    @classmethod
    def TXT(cls, name, text, *, ttl=DEFAULT_TTL):
        return cls(name, types.TXT, classes.IN, ttl, text.encode("utf-8"))

    @classmethod
    def HTTPS(cls, name, record, ttl=DEFAULT_TTL):
        """A record of an https_records.HTTPSRecord."""
        return cls(name, types.HTTPS, classes.IN, ttl, https_records.pack(record))

    def to_json(self):
        return {"name": self.name, "type": types.to_str(self.type), "class": classes.to_str(self.class_),
                "ttl": self.ttl, "data": self._readable()}

    @classmethod
    def from_json(cls, data):
        """Back from to_json()."""
        inst = cls(data["name"], types.from_str(data["type"]), classes.from_str(data["class"]), data["ttl"], b"")
        value = data["data"]
        if isinstance(value, str) and value.startswith("0x"):
            inst.data = bytes.fromhex(value[2:].partition(" ")[0])
        else:
            name, back, _ = _READABLE[inst.type]
            setattr(inst, name, back(value))
        return inst


def _without_pointers(type_, buffer, at, data):
    """Data of a record as it may stand in any message: names in it are written out (RFC 1035 4.1.4)."""
    front, names = _NAMES.get(type_, (0, 0))
    if not names:
        return data
    out, end, start, at = [data[:front]], at + len(data), at, at + front
    try:
        for _ in range(names):
            name, at = domain_names.unpack_at(buffer, at)
            out.append(domain_names.pack(name))
    except (struct.error, ValueError):
        return domain_names.decompress_from_record_data(buffer, start, end, {})
    return b"".join(out) + buffer[at:end]


class DNSMessage:
    """A query or an answer."""

    query: bool
    op_code: int
    authoritative_answer: bool
    truncation: bool
    recursion_desired: bool
    recursion_available: bool
    reserved: int
    response_code: int
    questions: list
    answers: list
    authorities: list
    additionals: list

    def __init__(self, **parts):
        self.timestamp = time.time()
        self.id = 0
        for name, _, mask in _FLAGS:
            setattr(self, name, False if mask == 1 else 0)
        for name in _LISTS:
            setattr(self, name, [])
        for k, v in parts.items():
            setattr(self, k, v)

    def __eq__(self, other):
        return isinstance(other, DNSMessage) and self.get_state() == other.get_state()

    __hash__ = None

    def __repr__(self):
        return f"DNSMessage({', '.join(f'{n}={v!r}' for n, v in vars(self).items())})"

    def __str__(self):
        return "\r\n".join(map(str, self.questions + self.answers + self.authorities + self.additionals))

    @property
    def question(self):
        return self.questions[0] if len(self.questions) == 1 else None

    @property
    def content(self):
        return self.packed

    @property
    def size(self):
        return sum(len(x.data) for x in self.answers + self.authorities + self.additionals)

    @classmethod
    def unpack(cls, buffer, timestamp=None):
        """The message that all of these bytes are; struct.error on nonsense."""
        n, m = cls.unpack_from(buffer, 0, timestamp)
        if n != len(buffer):
            raise struct.error(f"unpack requires a buffer of {n} bytes")
        return m

    @classmethod
    def unpack_from(cls, buffer, offset, timestamp=None):
        """(bytes that it takes, message) at a place."""
        buffer = buffer[offset:]
        m = cls(timestamp=timestamp or time.time())
        m.id, flags, *counts = struct.unpack_from("!HHHHHH", buffer)
        for name, shift, mask in _FLAGS:
            v = flags >> shift & mask
            setattr(m, name, not v if name == "query" else bool(v) if mask == 1 else v)
        at = 12
        for name, n in zip(_LISTS, counts):
            for _ in range(n):
                at = m._unpack_one(name, buffer, at)
        return at, m

    def _unpack_one(self, where, buffer, at):
        name, at = domain_names.unpack_at(buffer, at)
        type_, class_ = struct.unpack_from("!HH", buffer, at)
        if where == "questions":
            self.questions.append(Question(name, type_, class_))
            return at + 4
        ttl, n = struct.unpack_from("!LH", buffer, at + 4)
        at += 10
        data = buffer[at:at + n]
        if len(data) != n:
            raise struct.error("message is cut off")
        data = _without_pointers(type_, buffer, at, data)
        getattr(self, where).append(ResourceRecord(name, type_, class_, ttl, data))
        return at + n

    @property
    def packed(self):
        """The bytes of the message; ValueError if a number is out of its range."""
        if not 0 <= self.id <= 0xffff:
            raise ValueError(f"DNS message's id {self.id} is out of bounds.")
        flags = 0
        for name, shift, mask in _FLAGS:
            v = getattr(self, name)
            v = bool(v) != (name == "query") if mask == 1 else v
            if not 0 <= v <= mask:
                raise ValueError(f"DNS message's {name} {v} is out of bounds.")
            flags |= v << shift
        out = [struct.pack("!HHHHHH", self.id, flags, *(len(getattr(self, n)) for n in _LISTS))]
        for q in self.questions:
            out.append(domain_names.pack(q.name) + struct.pack("!HH", q.type, q.class_))
        for r in self.answers + self.authorities + self.additionals:
            out.append(domain_names.pack(r.name) + struct.pack("!HHLH", r.type, r.class_, r.ttl, len(r.data)) + r.data)
        return b"".join(out)

    def _answer(self, code, answers):
        if not self.query:
            raise ValueError("This message is not a query.")
        return DNSMessage(id=self.id, query=False, op_code=self.op_code, recursion_desired=self.recursion_desired,
                          recursion_available=True, response_code=code, questions=self.questions, answers=answers)

    def succeed(self, answers):
        """An answer with records."""
        return self._answer(response_codes.NOERROR, answers)

    def fail(self, response_code):
        """An answer that says no."""
        if response_code == response_codes.NOERROR:
            raise ValueError("response_code must be an error code.")
        return self._answer(response_code, [])

    def copy(self):
        m = DNSMessage.from_state(self.get_state())
        m.id = random.randint(0, 65535)
        return m

    def get_state(self):
        s = {n: getattr(self, n) for n, _, _ in _FLAGS}
        s.update({n: [x.get_state() for x in getattr(self, n)] for n in _LISTS}, timestamp=self.timestamp, id=self.id)
        return s

    @classmethod
    def from_state(cls, s):
        m = cls(**{k: v for k, v in s.items() if k not in _LISTS})
        m.questions = [Question.from_state(x) for x in s["questions"]]
        for n in _LISTS[1:]:
            setattr(m, n, [ResourceRecord.from_state(x) for x in s[n]])
        return m

    def to_json(self):
        """The message as plain data; numbers are names."""
        return {"timestamp": self.timestamp, "id": self.id, **{n: getattr(self, n) for n, _, _ in _FLAGS},
                "op_code": op_codes.to_str(self.op_code), "response_code": response_codes.to_str(self.response_code),
                **{n: [x.to_json() for x in getattr(self, n)] for n in _LISTS}, "size": self.size}

    @classmethod
    def from_json(cls, data):
        """Back from to_json()."""
        m = cls(**{n: data[n] for n, _, _ in _FLAGS if n in data}, id=data["id"],
                timestamp=data.get("timestamp", time.time()))
        m.op_code, m.response_code = op_codes.from_str(data["op_code"]), response_codes.from_str(data["response_code"])
        m.questions = [Question.from_json(x) for x in data["questions"]]
        for n in _LISTS[1:]:
            setattr(m, n, [ResourceRecord.from_json(x) for x in data[n]])
        return m


Message = DNSMessage


def _ends(record):
    """The query and the answer; of a zone that is transferred, the last message: the others have gone by."""
    n = record.nmessages
    return [record.frame(i) for i in ((0, n - 1) if n > 1 else range(n))]


class DNSFlow(flow.Flow):
    """A query and its answer."""

    type = "dns"
    request = response = None
    _wire = {}              # name → (bytes that came, what we would make of them)

    def __init__(self, client_conn, server_conn, live=False):
        super().__init__(client_conn, server_conn, live)

    def __repr__(self):
        return f"<DNSFlow\r\n  request={self.request!r}\r\n  response={self.response!r}\r\n>"

    def _messages_state(self):
        return {n: getattr(self, n).get_state() if getattr(self, n) else None for n in ("request", "response")}

    def _set_messages_state(self, state):
        for n in ("request", "response"):
            setattr(self, n, DNSMessage.from_state(state[n]) if state[n] else None)

    def _copy_messages(self, other):
        other._set_messages_state(self._messages_state())

    def _load_messages(self, record):
        frames = {bool(f[1]): f for f in _ends(record)}
        known, self._wire = self._wire, {}
        for name in ("request", "response"):
            f = frames.get(name == "request")
            if f is None:
                setattr(self, name, None)
                continue
            was = known.get(name)
            if was is not None and f[2] in was:
                self._wire[name] = was      # the same: it keeps its object
                continue
            try:
                m = DNSMessage.unpack_from(f[2], 0, f[3])[1]
                self._wire[name] = f[2], m.packed
            except (struct.error, ValueError):
                m, self._wire[name] = None, (f[2], None)
            setattr(self, name, m)

    def _packed(self, name):
        """The bytes of a message: those that came unless it was changed since. None: there is none."""
        m, (raw, packed) = getattr(self, name), self._wire.get(name, (None, None))
        if m is None:
            return raw if packed is None else None      # what cannot be read stays as it is
        now = m.packed
        return raw if now == packed else now

    def _frames(self):
        for name in ("request", "response"):
            data = self._packed(name)
            if data is not None:
                m = getattr(self, name)
                yield 0, name == "request", data, m and m.timestamp or time.time(), False, False

    def _store_messages(self, record):
        """Put what was changed here into the record; True if anything was."""
        frames = list(self._frames())
        old = {f[1]: f[2] for f in _ends(record)}
        new = {f[1]: f[2] for f in frames}
        bits = (_weir.HV_REQUEST if new.get(True) != old.get(True) else 0) | (
            _weir.HV_RESPONSE if new.get(False) != old.get(False) else 0)
        if not bits:
            return False
        if record.nmessages > 2:
            record.put_message(new.get(False, old.get(False, b"")), False not in new)
        else:
            record.set_frames(frames)
        record.verdict(bits)
        for f in frames:
            name = "request" if f[1] else "response"
            m = getattr(self, name)
            self._wire[name] = f[2], m and m.packed
        return True
