"""What is seen of a conversation while it goes on: bodies that come, messages that are held, clients that refuse."""
import base64
import hashlib
import socket
import struct
import subprocess
import threading
import types

from conftest import DEADLINE, Console, curl, need, wait_for


class Wire:
    """A peer that says what it is told to, when it is told to."""

    def __init__(self, sock):
        sock.settimeout(DEADLINE)
        self.sock, self.got = sock, b""

    def say(self, data):
        self.sock.sendall(data)

    def hear(self, end):
        """All up to there."""
        while end not in self.got:
            more = self.sock.recv(65536)
            assert more, f"closed after {self.got!r}"
            self.got += more
        front, _, self.got = self.got.partition(end)
        return front + end


class Listener:
    def __init__(self):
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.sock.settimeout(DEADLINE)
        self.port = self.sock.getsockname()[1]

    def accept(self):
        return Wire(self.sock.accept()[0])

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.sock.close()


def connect(console):
    return Wire(socket.create_connection(("127.0.0.1", console.port), DEADLINE))


def begin(console, listener, head="GET", path="/x", more=""):
    """A request that has reached the origin: both ends."""
    client = connect(console)
    client.say(f"{head} http://127.0.0.1:{listener.port}{path} HTTP/1.1\r\nHost: a.test\r\n{more}\r\n".encode())
    origin = listener.accept()
    origin.hear(b"\r\n\r\n")
    return client, origin


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_event_stream(tmp_path):
    """Size and bytes are there as they come, long before the end."""
    with Console(tmp_path) as c, Listener() as o:
        client, origin = begin(c, o)
        origin.say(STREAM + chunk(b"data: one\n\n"))
        client.hear(b"one")
        c.see(" 11b")
        c.keys("Enter", "Tab")
        c.see("data: one")
        c.see("[11b so far]")
        for i in range(2, 6):
            origin.say(chunk(b"data: event %d\n\n" % i))
            c.see(f"data: event {i}")
        origin.say(b"0\r\n\r\n")
        client.hear(b"0\r\n\r\n")
        wait_for(lambda: "so far" not in c.screen(), "the end is seen")


def test_stream_of_http2(tmp_path):
    """The same of a stream of HTTP/2."""
    need("curl")
    with Listener() as o, Console(tmp_path, "--mode", f"reverse:http://127.0.0.1:{o.port}") as c:
        with subprocess.Popen(["curl", "-skN", "--http2", "--noproxy", "*", "--max-time", str(int(DEADLINE)),
                               f"https://127.0.0.1:{c.port}/h2"], stdout=subprocess.PIPE) as client:
            origin = o.accept()
            while not origin.sock.recv(1, socket.MSG_PEEK):
                origin = o.accept()     # the first one looked whether we listen
            origin.hear(b"\r\n\r\n")
            origin.say(STREAM + chunk(b"data: one\n\n"))
            c.see(" 11b")
            c.keys("Enter", "Tab")
            c.see("data: one")
            c.keys("Tab")
            c.see("HTTP/2.0")
            c.keys("Left")
            origin.say(chunk(b"data: two\n\n"))
            c.see("data: two")
            origin.say(b"0\r\n\r\n")
            assert client.stdout.read() == b"data: one\n\ndata: two\n\n"


def test_long_download(tmp_path):
    """A big one: its size grows, its beginning can be read."""
    with Console(tmp_path) as c, Listener() as o:
        client, origin = begin(c, o)
        origin.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8000000\r\n\r\n")
        line = b"%07d\n"
        text = b"".join(line % i for i in range(1000000))
        drain = threading.Thread(target=lambda: client.hear(b"0999999\n"))
        drain.start()
        origin.say(text[:3 << 20])
        c.see("3.0m")
        c.keys("Enter", "Tab")
        c.see("0000003")
        origin.say(text[3 << 20:6 << 20])
        c.see("6.0m")
        origin.say(text[6 << 20:])
        drain.join(DEADLINE)
        wait_for(lambda: "so far" not in c.screen(), "the end is seen")


def test_upload(tmp_path):
    """So is a request that is being sent."""
    with Console(tmp_path) as c, Listener() as o:
        client, origin = begin(c, o, "POST", more="Content-Length: 4000\r\nContent-Type: text/plain\r\n")
        client.say(b"upload " * 300)
        c.see("[sending]")
        c.see("2.1k")
        c.keys("Enter")
        c.see("upload upload")
        client.say(b"x" * 1900)
        origin.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        client.hear(b"ok")
        wait_for(lambda: "so far" not in c.screen(), "the end is seen")


# --- messages that are held --------------------------------------------------

def mask(data, key=b"\1\2\3\4"):
    return bytes(b ^ key[i % 4] for i, b in enumerate(data))


def frame(data, masked):
    assert len(data) < 126
    return struct.pack("BB", 0x81, len(data) | (0x80 if masked else 0)) + (b"\1\2\3\4" + mask(data) if masked else data)


def websocket(console, listener):
    key = base64.b64encode(b"0123456789abcdef")
    client, origin = begin(console, listener, path="/ws", more="Upgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key.decode()}\r\n")
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    origin.say(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    client.hear(b"\r\n\r\n")
    return client, origin


def test_held_message(tmp_path):
    """A message that is held is named with its way, edited, and let go; the next one is dropped."""
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\ngrep -q 'held one' \"$1\" && printf 'changed' >\"$1\"\n")
    editor.chmod(0o755)
    with Console(tmp_path, "--intercept", "~b held", env={"EDITOR": str(editor), "MITMPROXY_EDITOR": str(editor)}) as c, \
            Listener() as o:
        client, origin = websocket(c, o)
        client.say(frame(b"held one", True))
        c.see("[message to server held]")
        c.keys("Enter")
        c.see("Message intercepted")
        c.type("e")
        c.see("1) message")
        c.type("1")
        c.see("changed")
        c.type("a")
        head = origin.hear(b"\x81\x87")
        assert head == b"\x81\x87"
        while len(origin.got) < 11:
            origin.got += origin.sock.recv(100)
        assert mask(origin.got[4:], origin.got[:4]) == b"changed"
        origin.got = b""
        origin.say(frame(b"held two", False))
        c.see("[message to client held]")
        c.type("X")
        c.see("(dropped)")
        origin.say(frame(b"free", False))
        assert client.hear(b"free") == frame(b"free", False)


def test_messages_follow(tmp_path):
    """Whoever is at the end of a conversation sees what is said."""
    with Console(tmp_path) as c, Listener() as o:
        client, origin = websocket(c, o)
        origin.say(frame(b"first", False))
        c.see("WS")
        c.keys("Enter", "Tab", "Tab")
        c.see("first")
        for i in range(60):
            origin.say(frame(b"number %d" % i, False))
        c.see("number 59")
        c.keys("g")
        c.see("first")
        origin.say(frame(b"late", False))
        client.hear(b"late")
        assert "first" in c.screen()


# --- clients that refuse -----------------------------------------------------

def test_pinned(tmp_path, authority, secure):
    """A client that takes no certificate but its own is named, and passed through by one key."""
    with Console(tmp_path, trust=authority.pem) as c:
        wait_for(c.ca.exists, "the authority is there")
        pinning = types.SimpleNamespace(url=c.url, ca=authority.pem)
        assert curl(pinning, secure.url("/pinned")).returncode != 0
        c.see("refuses our certificate for localhost")
        c.type("E")
        c.see("does not trust")
        c.see("T Pass host")
        c.type("T")
        c.see("Connections to localhost pass through")
        assert curl(pinning, secure.url("/pinned")).stdout == b"hello\n"
        assert curl(c, secure.url("/pinned")).returncode != 0
