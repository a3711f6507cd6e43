"""Raw TCP with somebody who decides: held, edited, dropped, put in."""
import socket
import socketserver
import threading

import pytest
from conftest import DEADLINE, Console


class Echo(socketserver.ThreadingTCPServer):
    """Says everything back, in capitals; the end of the client is its own."""
    allow_reuse_address = daemon_threads = True

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while data := self.request.recv(65536):
                self.server.heard += data
                self.request.sendall(data.upper())

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.heard = b""
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def echo():
    with Echo() as s:
        yield s
        s.shutdown()


def tunnel(proxy, port):
    s = socket.create_connection(("127.0.0.1", proxy.port), DEADLINE)
    s.settimeout(DEADLINE)
    s.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n" % port)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += s.recv(1)
    assert head.startswith(b"HTTP/1.1 200")
    return s


def exactly(s, n):
    out = b""
    while len(out) < n:
        piece = s.recv(n - len(out))
        assert piece, out
        out += piece
    return out


def command(c, line):
    c.type(":")
    c.type(line)
    c.keys("Enter")


def test_edited_and_let_go(tmp_path, echo):
    """A held message is changed in the editor; what matches no filter passes meanwhile."""
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf '\\001mine' > \"$1\"\n")
    editor.chmod(0o755)
    with Console(tmp_path, "--intercept", "~tcp & ~bq secret", env={"EDITOR": str(editor)}) as c:
        with tunnel(c, echo.server_address[1]) as s:
            s.sendall(b"\1free")
            assert exactly(s, 5) == b"\1FREE"
            s.sendall(b"\1secret")
            c.see("held")
            assert echo.heard == b"\1free"
            c.keys("Enter")
            c.see("Message intercepted")
            c.type("e")
            c.see("1) message")
            c.type("1")
            c.see("mine")
            c.type("a")
            assert exactly(s, 5) == b"\1MINE"
            assert echo.heard == b"\1free\1mine"


def test_dropped_and_killed(tmp_path, echo):
    with Console(tmp_path, "--intercept", "~tcp & ~bq 'secret|bad'") as c:
        with tunnel(c, echo.server_address[1]) as s:
            s.sendall(b"\1secret")
            c.see("held")
            command(c, "flow.drop @focus")
            s.sendall(b"\1next")
            assert exactly(s, 5) == b"\1NEXT"
            assert echo.heard == b"\1next"
            s.sendall(b"\1bad")
            c.see("held")
            command(c, "flow.kill @focus")
            assert s.recv(1) == b""
            assert echo.heard == b"\1next"


def test_put_in_both_ways(tmp_path, echo):
    """inject.tcp speaks for either end."""
    with Console(tmp_path) as c:
        with tunnel(c, echo.server_address[1]) as s:
            s.sendall(b"\1one")
            assert exactly(s, 4) == b"\1ONE"
            c.see("127.0.0.1")
            command(c, "inject.tcp @focus true told")
            assert exactly(s, 4) == b"told"
            command(c, "inject.tcp @focus false asked")
            assert exactly(s, 5) == b"ASKED"
            assert echo.heard == b"\1oneasked"
