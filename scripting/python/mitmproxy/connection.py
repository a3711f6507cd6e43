"""The facts of client and server connections."""
import time
import uuid
import weakref
from enum import Flag
from typing import Literal

import _weir

from mitmproxy import certs
from mitmproxy.net import server_spec
from mitmproxy.proxy import mode_specs

# For annotations.
Address = tuple[str, int]
TransportProtocol = Literal["tcp", "udp"]
TlsVersion = Literal["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv0.9", "DTLSv1", "DTLSv1.2", "QUICv1"]


class ConnectionState(Flag):
    """Which directions of a connection are open."""

    CLOSED = 0
    CAN_READ = 1
    CAN_WRITE = 2
    OPEN = CAN_READ | CAN_WRITE


class Connection:
    """A connection; two objects are equal when they stand for the same one."""

    _handle = None
    state = ConnectionState.CLOSED
    transport_protocol = "tcp"
    peername = sockname = None
    error = None
    tls = False
    alpn = None
    alpn_offers = ()
    cipher = None
    cipher_list = ()
    tls_version = None
    sni = None
    timestamp_start = timestamp_end = timestamp_tls_setup = None
    _certs = ()

    def __init__(self, **facts):
        self.id = str(uuid.uuid4())
        for k, v in facts.items():
            setattr(self, k, v)

    def __eq__(self, other):
        return isinstance(other, Connection) and self.id == other.id

    def __hash__(self):
        return hash(self.id)

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, ", ".join(
            f"{k}={v!r}" for k, v in self.__dict__.items() if v and k[0] != "_"))

    def __str__(self):
        from mitmproxy.utils import human
        facts = [f"state={(self.state.name or str(self.state)).lower()}"]
        if self.alpn:
            facts.append("alpn=" + self.alpn.decode(errors="replace"))
        elif self.tls_established:
            facts.append("tls")
        return "%s(%s, %s)" % (type(self).__name__, human.format_address(self._place()),
                               ", ".join(facts + self._more_facts()))

    def _place(self):
        """Where the other end is."""
        return self.peername

    def _more_facts(self):
        return []

    @property
    def connected(self):
        return self.state is ConnectionState.OPEN

    @property
    def tls_established(self):
        return self.timestamp_tls_setup is not None

    @property
    def certificate_list(self):
        """The certificates that the other end has shown, its own first."""
        return self._certs_made()

    @certificate_list.setter
    def certificate_list(self, v):
        self._certs = v

    def _certs_made(self):
        if any(isinstance(c, bytes) for c in self._certs):
            self._certs = [certs.Cert(c) for c in self._certs]
        return self._certs

    def _take(self, handle):
        """Take over facts of the program."""
        f = handle.facts()
        self._handle = handle
        d = self.__dict__
        for k in ("id", "transport_protocol", "peername", "sockname", "error", "tls", "sni", "alpn", "alpn_offers",
                  "cipher", "cipher_list", "tls_version", "timestamp_start", "timestamp_end", "timestamp_tls_setup"):
            d[k] = f[k]
        self._certs = f["certificates"]
        d["state"] = ConnectionState.OPEN if f["established"] and f["timestamp_end"] is None else ConnectionState.CLOSED
        return f

    # --- state

    def _common_state(self):
        return {
            "id": self.id, "transport_protocol": self.transport_protocol,
            "sni": self.sni, "alpn": self.alpn, "alpn_offers": list(self.alpn_offers or ()),
            "cipher_name": self.cipher, "cipher_list": list(self.cipher_list or ()), "tls": self.tls,
            "tls_established": self.tls_established, "tls_version": self.tls_version, "state": self.state.value,
            "error": self.error, "certificate_list": [c.get_state() for c in self.certificate_list],
            "timestamp_start": self.timestamp_start, "timestamp_end": self.timestamp_end,
            "timestamp_tls_setup": self.timestamp_tls_setup,
        }

    def _set_common_state(self, s):
        self.id, self.transport_protocol = s["id"], s.get("transport_protocol", "tcp")
        self.sni, self.alpn, self.alpn_offers = s["sni"], s["alpn"], s["alpn_offers"]
        self.cipher, self.cipher_list, self.tls = s.get("cipher_name", s.get("cipher")), s["cipher_list"], s["tls"]
        self.tls_version, self.error = s["tls_version"], s["error"]
        self.__dict__["state"] = ConnectionState(s.get("state", 0))      # not from format 20 on
        self.certificate_list = [certs.Cert.from_state(c) for c in s["certificate_list"]]
        self.timestamp_start, self.timestamp_end = s["timestamp_start"], s["timestamp_end"]
        self.timestamp_tls_setup = s["timestamp_tls_setup"]

    @classmethod
    def from_state(cls, state):
        c = cls.__new__(cls)
        c.set_state(state)
        return c

    def copy(self):
        c = self.from_state(self.get_state())
        c.id = str(uuid.uuid4())
        return c

    # --- names of older releases

    alpn_proto_negotiated = property(lambda self: self.alpn, lambda self, v: setattr(self, "alpn", v))
    cipher_name = property(lambda self: self.cipher, lambda self, v: setattr(self, "cipher", v))


def _listed(p):
    return list(p) if p else None


def _tuple(p):
    return tuple(p) if p else None


def _one(state, new, old):
    """What formats from 20 on call otherwise."""
    return state[new] if new in state else state[old]


def _proxy(via):
    """An upstream proxy as scripts may give it."""
    if via is None:
        return None
    try:
        via = server_spec.ServerSpec(via)
        if via.scheme in ("http", "https") and via.address[0] and 0 < via.address[1] < 65536:
            return via
    except (TypeError, ValueError):
        pass
    raise ValueError(f"an upstream proxy is (\"http\" or \"https\", (host, port)), not {via!r}")


class Client(Connection):
    """The connection of a client to the proxy."""

    mitmcert = None
    _mode = "regular"

    def __init__(self, peername=None, sockname=None, timestamp_start=None, **facts):
        super().__init__(**facts)
        self.peername, self.sockname = peername, sockname
        self.timestamp_start = time.time() if timestamp_start is None else timestamp_start

    def _take(self, handle):
        f = super()._take(handle)
        self.mitmcert = certs.Cert(f["mitmcert"]) if f["mitmcert"] else None
        self._mode = f["mode"] or "regular"
        return f

    address = property(lambda self: self.peername, lambda self, v: setattr(self, "peername", v))

    @property
    def proxy_mode(self):
        """The mode by which the client came, a mode_specs.ProxyMode."""
        return mode_specs.ProxyMode.parse(self._mode)

    @proxy_mode.setter
    def proxy_mode(self, mode):
        self._mode = mode.full_spec

    @property
    def clientcert(self):
        """The certificate that the client has shown."""
        c = self.certificate_list
        return c[0] if c else None

    @clientcert.setter
    def clientcert(self, cert):
        self.certificate_list = [cert] if cert else []

    def get_state(self):
        s = self._common_state()
        s.update(address=_listed(self.peername), sockname=_listed(self.sockname), tls_extensions=[],
                 mitmcert=self.mitmcert.get_state() if self.mitmcert else None)
        return s

    def set_state(self, s):
        self._set_common_state(s)
        self.peername, self.sockname = _tuple(_one(s, "peername", "address")), _tuple(s["sockname"])
        self._mode = s.get("proxy_mode", "regular")
        self.mitmcert = certs.Cert.from_state(s["mitmcert"]) if s["mitmcert"] else None


class Server(Connection):
    """The connection of the proxy to a server."""

    via = None
    """The upstream proxy between, a ServerSpec, or None."""
    timestamp_tcp_setup = None
    _chosen = True      # whether a script has said what is in via

    def __init__(self, address=None, **facts):
        super().__init__(**facts)
        self.address = address

    def __setattr__(self, name, value):
        if name in ("address", "via") and self.__dict__.get("state") is ConnectionState.OPEN and \
                value != self.__dict__.get(name):
            raise RuntimeError(f"Cannot change server.{name} on open connection.")
        if name == "via":
            value = _proxy(value)
            self.__dict__["_chosen"] = True
        super().__setattr__(name, value)

    def _place(self):
        return self.address

    def _more_facts(self):
        return [f"src_port={self.sockname[1]}"] if self.sockname else []

    def _take(self, handle):
        f = super()._take(handle)
        d = self.__dict__
        d["address"], d["timestamp_tcp_setup"] = f["address"], f["timestamp_tcp_setup"]
        d["via"] = server_spec.parse(f["via"], "http") if f["via"] else None
        d["_chosen"] = False
        return f

    def _via_text(self):
        """For the program: a URL, None for no proxy."""
        if not self.via:
            return None
        scheme, (host, port) = self.via
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    ip_address = property(lambda self: self.peername, lambda self, v: setattr(self, "peername", v))
    source_address = property(lambda self: self.sockname, lambda self, v: setattr(self, "sockname", v))

    @property
    def cert(self):
        """The server's own certificate."""
        c = self.certificate_list
        return c[0] if c else None

    @cert.setter
    def cert(self, cert):
        self.certificate_list = [cert] if cert else []

    def get_state(self):
        s = self._common_state()
        s.update(address=_listed(self.address), ip_address=_listed(self.peername), source_address=_listed(self.sockname),
                 timestamp_tcp_setup=self.timestamp_tcp_setup, via=None, via2=self.via)
        return s

    def set_state(self, s):
        self._set_common_state(s)
        self.__dict__["address"] = _tuple(s["address"])
        self.peername = _tuple(_one(s, "peername", "ip_address"))
        self.sockname = _tuple(_one(s, "sockname", "source_address"))
        self.timestamp_tcp_setup = s["timestamp_tcp_setup"]
        via = s.get("via2") or s.get("via")
        self.__dict__["via"] = server_spec.ServerSpec(via) if via else None


def _not_yet(client):
    """The server of a flow before one is sought: how it will be reached if no script says otherwise."""
    s = Server()
    mode = client.proxy_mode if client is not None else None
    s.__dict__.update(via=server_spec.ServerSpec(mode.scheme, mode.address) if isinstance(mode, mode_specs.UpstreamMode)
                      else None, _chosen=False)
    return s


def _plain(value):
    """Text for the program."""
    if value is None:
        return None
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    return value.partition(b"\0")[0].decode("utf-8", "replace")


def _host_and_port(place):
    return (_plain(place[0]), int(place[1]) & 0xffff) if place else None


def _handle_of(c):
    """What the program knows of a connection; if a script made it that is a copy of what it says, None if nothing."""
    if c is None or c._handle is not None:
        return c and c._handle
    server = isinstance(c, Server)
    address = c.address if server else None
    if not (address or c.peername):
        return None
    return _weir.conn(
        server, c.id, _host_and_port(c.peername), _host_and_port(c.sockname), _host_and_port(address), _plain(c.sni),
        _plain(c.alpn), _plain(c.cipher), _plain(c.tls_version), _plain(c.error), None if server else c._mode,
        bool(c.tls), c.transport_protocol == "udp", c.timestamp_start or 0, c.timestamp_end or 0,
        c.timestamp_tls_setup or 0, server and c.timestamp_tcp_setup or 0, [x.to_der() for x in c.certificate_list])


_known = weakref.WeakValueDictionary()


def of_handle(handle):
    """The object of a connection of the program; the same one as long as somebody has it."""
    if handle is None:
        return Server()
    c = _known.get(handle.id)
    if c is None:
        cls = Server if handle.server else Client
        c = cls.__new__(cls)
        _known[handle.id] = c
        c._take(handle)
    elif c._handle is None or not handle.same(c._handle):
        c._take(handle)
    return c
