"""The ways on which a WebSocket's client meets its server, with the proxy between them or without (RFC 6455 4, RFC 8441)."""
import base64
import contextlib
import hashlib
import os
import queue
import select
import socket
import ssl
import threading

import pytest
from conftest import DEADLINE, Dump

from wsframes import End

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LONG = bool(os.environ.get("E2E_LONG"))
SAME = "class A:\n def websocket_message(self, flow):\n  m = flow.websocket.messages[-1]\n  c = m.content\n  m.content = c + b'.'\n  m.content = c\n" \
       "addons = [A()]\n"
# name: how the client comes, what the proxy is told, does it look into frames
WAYS = {
    "direct": ("direct", (), False),
    "reverse": ("reverse", (), True),
    "tls": ("tls", (), True),
    "h2": ("h2", (), True),
    "script": ("reverse", ("-s", "same.py"), True),
    "held": ("reverse", ("--set", "intercept=~b nobody-says-this"), True),
    "proxy": ("proxy", (), True),
    "raw": ("reverse", ("--set", "websocket=false"), False),
    "h2 script": ("h2", ("-s", "same.py"), True),
    "to h2": ("tls to h2", (), True),
    "h2 to h2": ("h2 to h2", (), True),
    "script to h2": ("tls to h2", ("-s", "same.py"), True),
    "raw to h2": ("tls to h2", ("--set", "websocket=false"), False),
}
USUAL = list(WAYS) if LONG else ["direct", "reverse", "tls", "h2", "script", "to h2", "h2 to h2"]


# --- streams -----------------------------------------------------------------

class Sock:
    """A connection, with TLS or without."""

    def __init__(self, sock):
        self.sock = sock
        sock.settimeout(DEADLINE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        self.sock.sendall(data)

    def recv(self):
        with contextlib.suppress(ssl.SSLEOFError):
            return self.sock.recv(1 << 18)
        return b""

    def go(self):
        self.sock.close()

    def shut(self):
        """Says that it ends, listens to the end, and lets go: nothing under way is lost."""
        with contextlib.suppress(OSError):
            if isinstance(self.sock, ssl.SSLSocket):
                self.sock = self.sock.unwrap()
            else:
                self.sock.shutdown(socket.SHUT_WR)
            while self.recv():
                pass
        self.sock.close()


class Stream:
    """One of an HTTP/2 connection. Only one thread at a time uses any of them."""

    def __init__(self, link, id):
        self.link, self.id, self.got, self.ended, self.answer, self.lost = link, id, b"", False, None, False

    def send(self, data):
        c = self.link.c
        while data and not self.lost:
            n = min(c.local_flow_control_window(self.id), c.max_outbound_frame_size, len(data))
            if n == 0:
                self.link.turn()
                continue
            c.send_data(self.id, data[:n])
            self.link.flush()
            data = data[n:]

    def recv(self):
        while not self.got and not self.ended:
            if self.lost:
                raise ConnectionResetError
            self.link.turn()
        out, self.got = self.got, b""
        return out

    def shut(self):
        import h2.exceptions
        with contextlib.suppress(h2.exceptions.ProtocolError, OSError):
            self.link.c.end_stream(self.id)
            self.link.flush()

    go = shut


class Link:
    """An HTTP/2 connection of a client, for WebSockets (RFC 8441)."""

    def __init__(self, sock):
        import h2.config
        import h2.connection
        self.sock, self.streams, self.extended = sock, {}, False
        self.c = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="latin-1"))
        self.c.initiate_connection()
        self.c.increment_flow_control_window(1 << 24)
        self.flush()
        while not self.extended:
            self.turn()

    def flush(self):
        self.sock.sendall(self.c.data_to_send())

    def turn(self):
        import h2.events as ev
        data = self.sock.recv(1 << 16)
        assert data, "the proxy has closed its HTTP/2 connection"
        for e in self.c.receive_data(data):
            s = self.streams.get(getattr(e, "stream_id", None))
            if isinstance(e, ev.RemoteSettingsChanged):
                self.extended = self.extended or (8 in e.changed_settings and e.changed_settings[8].new_value == 1)
            elif isinstance(e, ev.DataReceived):
                s.got += e.data
                if e.flow_controlled_length:
                    self.c.acknowledge_received_data(e.flow_controlled_length, e.stream_id)
            elif isinstance(e, ev.ResponseReceived):
                s.answer = dict(e.headers)
            elif isinstance(e, ev.StreamEnded):
                s.ended = True
            elif isinstance(e, ev.StreamReset):
                s.lost = True
        self.flush()

    def open(self, authority, path, scheme, offer):
        s = Stream(self, self.c.get_next_available_stream_id())
        self.streams[s.id] = s
        head = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", scheme), (":path", path), (":authority", authority),
                ("sec-websocket-version", "13")]
        self.c.send_headers(s.id, head + ([("sec-websocket-extensions", offer)] if offer else []))
        self.flush()
        return s


class Carried:
    """A WebSocket's stream at a server of HTTP/2, for any thread."""

    def __init__(self, carrier, id, head):
        self.carrier, self.id, self.head = carrier, id, head
        self.got, self.ended, self.lost = b"", False, False

    def answer(self, status, *fields):
        with self.carrier.news:
            self.carrier.c.send_headers(self.id, [(":status", str(status)), *fields], end_stream=status != 200)
            self.carrier.flush()

    def send(self, data):
        c, news = self.carrier.c, self.carrier.news
        with news:
            while data and not self.lost:
                n = min(c.local_flow_control_window(self.id), c.max_outbound_frame_size, len(data))
                if n == 0:
                    assert news.wait(DEADLINE), "the proxy gives no credit"
                    continue
                c.send_data(self.id, data[:n])
                self.carrier.flush()
                data = data[n:]

    def recv(self):
        with self.carrier.news:
            assert self.carrier.news.wait_for(lambda: self.got or self.ended or self.lost, DEADLINE), "nothing comes"
            if self.lost and not self.got:
                raise ConnectionResetError
            out, self.got = self.got, b""
            return out

    def shut(self):
        import h2.exceptions
        with self.carrier.news, contextlib.suppress(h2.exceptions.ProtocolError, OSError):
            self.carrier.c.end_stream(self.id)
            self.carrier.flush()

    go = shut

    def reset(self, code):
        with self.carrier.news:
            self.carrier.c.reset_stream(self.id, code)
            self.carrier.flush()


class Carrier:
    """A server's connection of HTTP/2 that takes WebSockets; came(stream) is told of each, in the thread that reads."""

    def __init__(self, sock, came, extended=True):
        import h2.config
        import h2.connection
        import h2.settings
        self.sock, self.came, self.streams, self.news = sock, came, {}, threading.Condition()
        self.c = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        self.sock.setblocking(False)        # reads and writes must not meet within one TLS connection
        self.c.local_settings = h2.settings.Settings(client=False, initial_values={8: int(extended)})
        self.c.initiate_connection()
        self.c.increment_flow_control_window(1 << 24)
        self.flush()

    def flush(self):
        data = self.c.data_to_send()
        while data:
            try:
                data = data[self.sock.send(data):]
            except ssl.SSLWantWriteError:
                select.select([], [self.sock], [])

    def serve(self):
        import h2.exceptions
        try:
            while (data := self.read()):
                with self.news:
                    new = [self.take(e) for e in self.c.receive_data(data)]
                    self.flush()
                    self.news.notify_all()
                for stream in filter(None, new):
                    self.came(stream)
        except (OSError, h2.exceptions.ProtocolError):
            pass
        with self.news:
            for stream in self.streams.values():
                stream.lost = True
            self.news.notify_all()
        self.sock.close()

    def read(self):
        while True:
            with self.news, contextlib.suppress(ssl.SSLWantReadError):
                return self.sock.recv(1 << 16)
            select.select([self.sock], [], [])

    def take(self, e):
        import h2.events as ev
        s = self.streams.get(getattr(e, "stream_id", None))
        if isinstance(e, ev.RequestReceived):
            s = self.streams[e.stream_id] = Carried(self, e.stream_id, dict(e.headers))
            return s
        if isinstance(e, ev.DataReceived):
            s.got += e.data
            if e.flow_controlled_length:
                self.c.acknowledge_received_data(e.flow_controlled_length, e.stream_id)
        elif isinstance(e, ev.StreamEnded):
            s.ended = True
        elif isinstance(e, ev.StreamReset):
            s.lost = True
        return None


# --- ways --------------------------------------------------------------------

class Server:
    """Takes connections and reads the handshake: (stream, its lines). HTTP/2 it agrees to, but leaves it at that, unless it carries: then it
    speaks no other."""

    def __init__(self, pem=None, carries=False):
        self.carries, self.carriers = carries, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.came, self.context, self.idle = self.listener.getsockname()[1], queue.Queue(), None, []
        if pem:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(pem)
            self.context.set_alpn_protocols(["h2"] if carries else ["h2", "http/1.1"])
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.greet, args=self.listener.accept()[:1], daemon=True).start()

    def greet(self, sock):
        with contextlib.suppress(OSError, EOFError):
            sock.settimeout(DEADLINE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context:
                sock = self.context.wrap_socket(sock, server_side=True)
                if self.carries and sock.selected_alpn_protocol() != "h2":
                    sock.close()
                    return
                if self.carries:
                    self.carriers.append(Carrier(sock, self.carried))
                    self.carriers[-1].serve()
                    return
                if sock.selected_alpn_protocol() == "h2":
                    sock.sendall(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
                    self.idle.append(sock)
                    return
            end = End(Sock(sock), False)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += end.take(1)
            self.came.put((end, head.decode("latin-1").split("\r\n")))

    def carried(self, stream):
        assert (stream.head[":method"], stream.head[":protocol"], stream.head[":path"]) == ("CONNECT", "websocket", "/ws")
        assert "sec-websocket-key" not in stream.head
        self.came.put((End(stream, False), ["", *(f"{k}: {v}" for k, v in stream.head.items())]))

    def close(self):
        self.listener.close()


def value(lines, name):
    return ", ".join(line.split(":", 1)[1].strip() for line in lines[1:] if line.lower().startswith(name + ":"))


def accept(stream, lines, grant):
    """What a server answers to a handshake."""
    if isinstance(stream, Carried):
        stream.answer(200, *([("sec-websocket-extensions", grant.header())] if grant else []))
        return End(stream, False, grant)
    proof = base64.b64encode(hashlib.sha1(value(lines, "sec-websocket-key").encode() + GUID).digest())
    stream.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + proof
                + (f"\r\nSec-WebSocket-Extensions: {grant.header()}".encode() if grant else b"") + b"\r\n\r\n")
    return End(stream, False, grant)


class Way:
    """direct, reverse, proxy, tls or h2: how a client comes to the server, which speaks HTTP/1, or (to h2) HTTP/2; more arguments are the
    proxy's."""

    def __init__(self, how, folder, authority, *args):
        how, _, to = how.partition(" to ")
        self.how, self.link, self.dump = how, None, None
        secure = how in ("tls", "h2")
        self.server = Server(authority.leaf("localhost", "127.0.0.1") if secure else None, to == "h2")
        if how != "direct":
            if how == "reverse":
                args += ("--mode", f"reverse:http://127.0.0.1:{self.server.port}")
            self.dump = Dump(folder, "-q", *args, trust=authority.pem)

    def tunnel(self, alpn):
        c = Sock(socket.create_connection(("127.0.0.1", self.dump.port), DEADLINE))
        c.send(b"CONNECT localhost:%d HTTP/1.1\r\n\r\n" % self.server.port)
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += c.sock.recv(1)
        context = ssl.create_default_context(cafile=self.dump.ca)
        context.set_alpn_protocols(alpn)
        return context.wrap_socket(c.sock, server_hostname="localhost")

    def ask(self, offer):
        """The client's stream; it has sent its handshake."""
        where = f"localhost:{self.server.port}"
        if self.how == "h2":
            if self.link is None:
                sock = self.tunnel(["h2"])
                assert sock.selected_alpn_protocol() == "h2"
                self.link = Link(sock)
            return self.link.open(where, "/ws", "https", offer)
        if self.how == "tls":
            s = Sock(self.tunnel(["http/1.1"]))
        else:
            s = Sock(socket.create_connection(("127.0.0.1", (self.dump or self.server).port), DEADLINE))
        s.key = base64.b64encode(os.urandom(16))
        s.send(f"GET {f'http://{where}' if self.how == 'proxy' else ''}/ws HTTP/1.1\r\nHost: {where}\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n".encode() + b"Sec-WebSocket-Key: " + s.key + b"\r\n"
               + (f"Sec-WebSocket-Extensions: {offer}\r\n".encode() if offer else b"") + b"\r\n")
        return s

    def answered(self, end):
        """The extensions that the client hears of."""
        s = end.stream
        if self.how == "h2":
            while s.answer is None:
                self.link.turn()
            assert s.answer[":status"] == "200", s.answer
            return s.answer.get("sec-websocket-extensions", "")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += end.take(1)
        lines = head.decode("latin-1").split("\r\n")
        assert lines[0].startswith("HTTP/1.1 101 "), lines
        assert value(lines, "sec-websocket-accept").encode() == base64.b64encode(hashlib.sha1(s.key + GUID).digest())
        return value(lines, "sec-websocket-extensions")

    def pair(self, offer="", grant=None):
        """Both ends of a new WebSocket, client and server."""
        client = End(self.ask(offer), True, grant)
        server, lines = self.server.came.get(timeout=DEADLINE)
        assert value(lines, "sec-websocket-extensions") == offer
        server = accept(server.stream, lines, grant)
        assert self.answered(client) == (grant.header() if grant else "")
        return client, server

    def stop(self):
        self.server.close()
        if self.dump:
            assert self.dump.stop() == 0, self.dump.output()


@pytest.fixture(scope="module")
def ways(tmp_path_factory, authority):
    """By name; each begins when it is first asked for."""
    made = {}

    def way(name):
        how, args, _ = WAYS[name]
        if "h2" in how:
            pytest.importorskip("h2")
        if name not in made:
            folder = tmp_path_factory.mktemp("ws")
            (folder / "same.py").write_text(SAME)
            made[name] = Way(how, folder, authority, *args)
        return made[name]

    yield way
    for w in made.values():
        w.stop()
