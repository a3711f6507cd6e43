"""Traffic of each kind that scripts want to see. A kind is a function that starts weirdump with the arguments it needs and those given, makes
its traffic, and yields (the program, what the client got, what the origin got) while the program runs.
"""
import base64
import contextlib
import hashlib
import socket
import threading

from conftest import DEADLINE, Dump, Origin, curl, free_port

from test_dns import NameServer, over_udp
from test_dns import query as dns_query
from test_tcp import Echo as Capitals
from test_udp import Echo as Datagrams
from wsframes import TEXT, Echo, End, F, close
from wsways import GUID, Sock

SAID = b"Hello you", b"FOOBAR"          # by the client of a WebSocket
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
KINDS = {}


def kind(fn):
    KINDS[fn.__name__] = contextlib.contextmanager(fn)
    return fn


@contextlib.contextmanager
def ask(folder, args, *words, path="/one", host="localhost", port=None):
    """One request by curl."""
    o = Origin()
    try:
        with Dump(folder, *args) as p:
            yield p, curl(p, *words, f"http://{host}:{port or o.port}{path}").stdout, o.seen
    finally:
        o.close()


def simple(name, *words, **where):
    """A kind that is one request."""
    KINDS[name] = lambda folder, args, needs: ask(folder, args, *words, **where)


simple("get")
simple("post", "-d", "k=v", path="/echo")
simple("query", path="/echo?a=b")
simple("page", path="/page")
# DNS over HTTPS, as far as can be seen.
simple("names", "-H", "Accept: application/dns-message", path="/dns-query?dns=AAAB")
# A name that leads nowhere, and the origin's port.
simple("elsewhere", host="elsewhere.test")
simple("app", host="elsewhere.test", port=80)


@kind
def refused(folder, args, needs):
    """Nobody listens there."""
    with ask(folder, args, host="127.0.0.1", port=free_port()) as got:
        yield got


@kind
def raw(folder, args, needs):
    """What the client gets with its head, byte for byte."""
    o = Origin()
    try:
        with Dump(folder, *args) as p, socket.create_connection(("127.0.0.1", p.port), DEADLINE) as s:
            s.sendall(b"GET http://localhost:%d/one HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n" % (o.port, o.port))
            yield p, s.makefile("rb").read(), o.seen
    finally:
        o.close()


@kind
def tls(folder, args, needs):
    o = Origin(needs.leaf("localhost", "127.0.0.1"))
    try:
        with Dump(folder, *args, trust=needs.pem) as p:
            yield p, curl(p, o.url("/one")).stdout, o.seen
    finally:
        o.close()


@kind
def tcp(folder, args, needs):
    with Capitals() as server:
        try:
            with Dump(folder, "--mode", f"reverse:tcp://127.0.0.1:{server.server_address[1]}", *args) as p:
                with socket.create_connection(("127.0.0.1", p.port), DEADLINE) as s:
                    s.settimeout(DEADLINE)
                    s.sendall(b"foo\n")
                    got = s.recv(100)
                yield p, got, server.heard
        finally:
            server.shutdown()


@kind
def udp(folder, args, needs):
    port, server = free_port(), Datagrams()
    try:
        with Dump(folder, "--mode", f"reverse:udp://127.0.0.1:{server.port}@127.0.0.1:{port}", "--mode", "regular", *args) as p:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.settimeout(DEADLINE)
                s.connect(("127.0.0.1", port))
                s.send(b"foo\n")
                got = s.recv(100)
            yield p, got, server.heard
    finally:
        server.close()


@kind
def dns(folder, args, needs):
    port, server = free_port(), NameServer()
    with Dump(folder, "--mode", f"dns@127.0.0.1:{port}", "--set", f"dns_name_servers=127.0.0.1:{server.port}", "--mode", "regular",
              *args) as p:
        yield p, over_udp(port, dns_query("weir.test")), server.names


def head(sock):
    out = b""
    while not out.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        assert byte, out
        out += byte
    return out


def serve_websocket(listener, heard):
    sock, _ = listener.accept()
    assert KEY in head(sock)
    accept = base64.b64encode(hashlib.sha1(KEY + GUID).digest())
    sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept)
    heard.append(Echo(End(Sock(sock), False)))


@kind
def websocket(folder, args, needs):
    """needs: how many messages the client waits for."""
    listener, echo, got = socket.create_server(("127.0.0.1", 0)), [], []
    server = threading.Thread(target=serve_websocket, args=(listener, echo), daemon=True)
    server.start()
    with listener, Dump(folder, *args) as p, socket.create_connection(("127.0.0.1", p.port), DEADLINE) as s:
        at = b"127.0.0.1:%d" % listener.getsockname()[1]
        s.sendall(b"GET http://%s/chat HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n" % (at, at, KEY))
        assert head(s).startswith(b"HTTP/1.1 101")
        client = End(Sock(s), True)
        client.say(*(F(TEXT, x) for x in SAID))
        while len(got) < needs:
            got.append(client.hear()[1])
        client.say(close())
        while (event := client.hear())[0] == "text":
            got.append(event[1])
        assert event[0] == "close", event
        server.join(DEADLINE)
        echo[0].join(DEADLINE)
        yield p, got, [e[1] for e in echo[0].heard if e[0] == "text"]
