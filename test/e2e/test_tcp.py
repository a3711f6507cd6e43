"""Raw TCP with somebody who decides: held, edited, dropped, put in."""
import socket
import socketserver
import ssl
import struct
import threading

import pytest
from conftest import DEADLINE, Console, Dump


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


def test_a_script_sends_elsewhere(tmp_path, echo):
    """As long as nobody has been connected to, where it goes is for a script to say."""
    script = tmp_path / "elsewhere.py"
    script.write_text(f"def tcp_start(flow):\n    flow.server_conn.address = ('127.0.0.1', {echo.server_address[1]})\n")
    lazy = "--mode", "reverse:tcp://dead.invalid:9", "--set", "connection_strategy=lazy"
    with Dump(tmp_path, *lazy, "-s", script) as p:
        with socket.create_connection(("127.0.0.1", p.port), DEADLINE) as s:
            s.settimeout(DEADLINE)
            s.sendall(b"hello")
            assert exactly(s, 5) == b"HELLO"


def test_a_script_on_each_of_thousands(tmp_path, echo):
    """What a script makes of the last message is what goes on, each time."""
    script = tmp_path / "each.py"
    script.write_text("def tcp_message(flow):\n    m = flow.messages[-1]\n"
                      "    m.content = b'%06d' % len(flow.messages) + m.content[6:]\n")
    with Dump(tmp_path, "--mode", f"reverse:tcp://127.0.0.1:{echo.server_address[1]}", "-s", script, "-q") as p:
        with socket.create_connection(("127.0.0.1", p.port), DEADLINE) as s:
            s.settimeout(DEADLINE)
            for i in range(1500):
                s.sendall(b"------%06d" % i)
                assert exactly(s, 12) == b"%06d%06d" % (2 * i + 2, i)
    assert echo.heard[:24] == b"000001000000000003000001"


@pytest.mark.parametrize("mode", ["regular", "reverse"])
def test_a_break_is_passed_on(tmp_path, mode):
    """A connection that was reset does not look like one that is complete."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE)
        port = listener.getsockname()[1]
        with Dump(tmp_path, "--mode", "regular" if mode == "regular" else f"reverse:tcp://127.0.0.1:{port}") as p:
            s = tunnel(p, port) if mode == "regular" else socket.create_connection(("127.0.0.1", p.port), DEADLINE)
            s.settimeout(DEADLINE)
            s.sendall(b"\1")
            said = b""
            while not said:             # others only look whether somebody listens
                o = listener.accept()[0]
                o.settimeout(DEADLINE)
                said = o.recv(1)
            assert said == b"\1"
            o.sendall(b"x" * 100000)
            assert exactly(s, 100000) == b"x" * 100000
            o.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            o.close()
            with pytest.raises(ConnectionResetError):
                s.recv(1)


def test_reverse_tcp_ends_a_clients_tls(tmp_path, echo):
    with Dump(tmp_path, "--mode", f"reverse:tcp://127.0.0.1:{echo.server_address[1]}") as p:
        context = ssl.create_default_context(cafile=p.ca)
        with socket.create_connection(("127.0.0.1", p.port), DEADLINE) as s:
            with context.wrap_socket(s, server_hostname="mail.test") as c:
                c.sendall(b"in the clear")
                assert exactly(c, 12) == b"IN THE CLEAR"
    assert echo.heard == b"in the clear"
