"""Raw datagrams through reverse:udp: seen, held, edited, dropped, put in, ended."""
import contextlib
import socket
import subprocess
import threading

import pytest
from conftest import DEADLINE, WEIRDUMP, Console, Dump, dump_once, free_port, wait_for

from test_tcp import Echo as Capitals


class Echo:
    """Says every datagram back, in capitals."""

    def __init__(self, family=socket.AF_INET, host="127.0.0.1"):
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.port, self.heard, self.peers = self.sock.getsockname()[1], [], []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                data, peer = self.sock.recvfrom(65535)
            except OSError:
                return
            if data == b"the end":
                return
            self.heard.append(data)
            self.peers.append(peer)
            self.sock.sendto(data.upper(), peer)

    def close(self):
        with socket.socket(self.sock.family, socket.SOCK_DGRAM) as s:
            s.sendto(b"the end", self.sock.getsockname())


@pytest.fixture
def echo():
    e = Echo()
    yield e
    e.close()


@contextlib.contextmanager
def client(port, host="127.0.0.1"):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(DEADLINE)
        s.connect((host, port))
        yield s


def ask(s, data):
    s.send(data)
    return s.recv(65535)


def mode(to, port):
    """By TCP there is something else, so that one can tell when all is open."""
    return "--mode", f"reverse:udp://127.0.0.1:{to}@127.0.0.1:{port}", "--mode", "regular"


def run_python(folder, *args):
    got = subprocess.run([WEIRDUMP, "--python", *args], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         timeout=DEADLINE, text=True)
    assert got.returncode == 0, got.stdout


def command(c, line):
    c.type(":")
    c.type(line)
    c.keys("Enter")


def test_seen_and_saved(tmp_path, echo):
    """Each client has its flow and its socket; datagrams keep their borders, empty ones too."""
    port, saved = free_port(), tmp_path / "flows"
    with Dump(tmp_path, *mode(echo.port, port), "-w", saved) as d:
        with client(port) as a, client(port) as b:
            assert ask(a, b"one") == b"ONE" and ask(b, b"other") == b"OTHER"
            assert ask(a, b"") == b"" and ask(a, bytes(60000)) == bytes(60000)
            names = ["%s:%d" % s.getsockname() for s in (a, b)]
            assert echo.peers[0] != echo.peers[1] and echo.peers[0] == echo.peers[2]
            d.sees(f"{names[0]} -> udp -> 127.0.0.1:{echo.port}")
            d.sees(f"{names[1]} <- udp <- 127.0.0.1:{echo.port}")
    (tmp_path / "read.py").write_text(f"""
import sys
from mitmproxy import io
with open(sys.argv[1], "rb") as file:
    flows = [f for f in io.FlowReader(file).stream()]
got = {{"%s:%d" % f.client_conn.peername: f for f in flows}}
assert set(got) == set({names}), got
f = got[{names[0]!r}]
assert [(m.from_client, m.content[:9]) for m in f.messages] == [(True, b"one"), (False, b"ONE"), (True, b""), (False, b""),
                                                                (True, bytes(9)), (False, bytes(9))]
assert f.type == "udp" and f.error is None and not f.live
c, s = f.client_conn, f.server_conn
assert c.transport_protocol == s.transport_protocol == "udp" and c.proxy_mode.full_spec.startswith("reverse:udp://")
assert c.sockname == ("127.0.0.1", {port}) and s.address == s.peername == ("127.0.0.1", {echo.port})
assert c.timestamp_start <= s.timestamp_start <= f.messages[0].timestamp <= s.timestamp_end
assert s.sockname[1] in {[p[1] for p in echo.peers]} and c.timestamp_end
""")
    run_python(tmp_path, "read.py", saved)
    assert "udp" in dump_once(tmp_path, "-nr", saved, "~udp & ~bs ONE").stdout
    assert "udp" not in dump_once(tmp_path, "-nr", saved, "~tcp").stdout


def test_ipv6(tmp_path):
    if not socket.has_ipv6:
        pytest.skip("no IPv6")
    e, port = Echo(socket.AF_INET6, "::1"), free_port()
    try:
        with Dump(tmp_path, "--mode", f"reverse:udp://[::1]:{e.port}@{port}", "--mode", "regular"):
            for host in "::1", "127.0.0.1":
                with client(port, host) as s:
                    assert ask(s, b"six") == b"SIX"
    finally:
        e.close()


SCRIPT = """
def udp_start(flow):
    flow.metadata["start"] = len(flow.messages)

def udp_message(flow):
    m = flow.messages[-1]
    if m.from_client and m.content == b"die":
        flow.kill()
    m.content = m.content.replace(b"SECRET", b"******")

def udp_end(flow):
    flow.marked = ":checkered_flag:"
    flow.comment = f"{len(flow.messages)} messages"

def udp_error(flow):
    flow.marked = ":warning:"
    flow.comment = flow.error.msg
"""


def test_scripts_decide(tmp_path, echo):
    """An answer is edited, a client is killed and heard no more, marks of the last hook are kept."""
    port, saved = free_port(), tmp_path / "flows"
    (tmp_path / "s.py").write_text(SCRIPT)
    with Dump(tmp_path, *mode(echo.port, port), "-w", saved, "-s", "s.py") as d:
        with client(port) as a, client(port) as b:
            assert ask(a, b"a secret") == b"A ******"
            assert ask(b, b"hello") == b"HELLO"
            b.send(b"die")
            d.sees("Connection killed")
            b.send(b"again")
            assert ask(a, b"still here") == b"STILL HERE"
    assert echo.heard == [b"a secret", b"hello", b"still here"]
    assert d.output().count("Error in UDP connection") == 1
    (tmp_path / "read.py").write_text("""
import sys
from mitmproxy import io
with open(sys.argv[1], "rb") as file:
    a, b = sorted(io.FlowReader(file).stream(), key=lambda f: f.error is not None)
assert (a.marked, a.comment, a.metadata["start"]) == (":checkered_flag:", "4 messages", 0), a.get_state()
assert (b.marked, b.comment) == (":warning:", "Connection killed."), b.get_state()
assert [m.content for m in b.messages] == [b"hello", b"HELLO", b"die"]
""")
    run_python(tmp_path, "read.py", saved)


def test_a_script_sends_elsewhere(tmp_path, echo):
    port = free_port()
    (tmp_path / "s.py").write_text(f"def udp_start(flow):\n    flow.server_conn.address = ('127.0.0.1', {echo.port})\n")
    with Dump(tmp_path, *mode(free_port(), port), "-s", "s.py"):
        with client(port) as s:
            assert ask(s, b"where") == b"WHERE"


def test_nobody_there(tmp_path):
    """What the server's machine refuses is an error of the flow, and told once."""
    dead, port = free_port(), free_port()
    (tmp_path / "s.py").write_text(SCRIPT)
    with Dump(tmp_path, *mode(dead, port), "-s", "s.py", "-w", tmp_path / "flows") as d:
        with client(port) as s:
            for _ in range(2):      # the next one is another try
                n = d.output().count("Error in UDP connection")
                s.send(b"hello")
                wait_for(lambda: d.output().count("Error in UDP connection") > n, "the error")
        d.sees(f"Server connection to 127.0.0.1:{dead} failed")
        assert d.output().count("Error in UDP connection") == 2
    assert dump_once(tmp_path, "-nr", "flows", "~comment refused & ~marker warning").stdout.count("Error in UDP") == 2


def test_not_to_itself(tmp_path):
    """A port that is its own server would never stop."""
    port = free_port()
    for host in "127.0.0.1", "*":
        with Dump(tmp_path, "--mode", f"reverse:udp://127.0.0.1:{port}@{host}:{port}", "--mode", "regular") as d:
            with client(port) as s:
                s.send(b"hello")
                d.sees("Error in UDP connection")
            assert "is this proxy itself" in d.output() and d.output().count("Error in UDP connection") == 1


def test_held_and_edited_in_the_console(tmp_path, echo):
    """One way waits, in order, the other goes on; what matches no filter passes meanwhile."""
    editor, port = tmp_path / "editor", free_port()
    editor.write_text("#!/bin/sh\nprintf mine > \"$1\"\n")
    editor.chmod(0o755)
    with Console(tmp_path, *mode(echo.port, port), "--intercept", "~udp & ~bq secret", env={"EDITOR": str(editor)}) as c:
        with client(port) as s:
            assert ask(s, b"free") == b"FREE"
            c.see("UDP")
            s.send(b"secret")
            c.see("held")
            s.send(b"next")
            c.keys("Enter")
            c.see("Message intercepted")
            assert echo.heard == [b"free"]
            c.type("e")
            c.see("1) message")
            c.type("1")
            c.see("mine")
            c.type("a")
            assert s.recv(100) == b"MINE" and s.recv(100) == b"NEXT"
            assert echo.heard == [b"free", b"mine", b"next"]
            c.see("NEXT")


def test_dropped_and_killed_in_the_console(tmp_path, echo):
    port = free_port()
    with Console(tmp_path, *mode(echo.port, port), "--intercept", "~udp & ~bq 'secret|bad'") as c:
        with client(port) as s:
            s.send(b"secret")
            c.see("held")
            command(c, "flow.drop @focus")
            assert ask(s, b"next") == b"NEXT"
            assert echo.heard == [b"next"]
            s.send(b"bad")
            c.see("held")
            command(c, "flow.kill @focus")
            c.see("killed")
            s.send(b"hello?")
            with client(port) as t:
                assert ask(t, b"other") == b"OTHER"
            assert echo.heard == [b"next", b"other"]


def test_put_in_both_ways(tmp_path, echo):
    """inject.udp speaks for either end."""
    port = free_port()
    with Console(tmp_path, *mode(echo.port, port)) as c:
        with client(port) as s:
            assert ask(s, b"one") == b"ONE"
            c.see("UDP")
            command(c, "inject.udp @focus true told")
            assert s.recv(100) == b"told"
            command(c, "inject.udp @focus false asked")
            assert s.recv(100) == b"ASKED"
            assert echo.heard == [b"one", b"asked"]
            command(c, "inject.tcp @focus false x")
            c.see("no TCP flow")


def test_changed_while_running(tmp_path, echo):
    """A mode that comes opens its port, beside one by TCP there; one that goes ends its flows."""
    port, other = free_port(), free_port()
    (tmp_path / "s.py").write_text("def udp_end(flow):\n    flow.comment = 'it has ended'\n")
    with Console(tmp_path, "--mode", "regular", "-s", "s.py", size=(140, 30)) as c:
        command(c, f"set mode regular reverse:udp://127.0.0.1:{echo.port}@{port} reverse:udp://127.0.0.1:{echo.port}@{other} "
                f"reverse:tcp://127.0.0.1:{echo.port}@{other}")

        def answer(at, want):
            with client(at) as s:
                s.settimeout(0.5)
                try:
                    return ask(s, b"hello") == want
                except (ConnectionRefusedError, TimeoutError):
                    return want is None
        wait_for(lambda: answer(port, b"HELLO"), "the port to be open")
        wait_for(lambda: answer(other, b"HELLO"), "the other one")
        command(c, f"set mode regular reverse:udp://127.0.0.1:{echo.port}@{other}")
        wait_for(lambda: answer(port, None), "the port to be closed")
        assert answer(other, b"HELLO")
        command(c, "set view_filter '~comment ended'")
        c.see("UDP")


def test_another_server_at_the_same_port(tmp_path, echo):
    """Where a mode goes is changed while it listens, by UDP and by TCP."""
    port, other = free_port(), free_port()
    second = Echo()
    with Capitals() as first, Capitals() as last:
        ways = [[f"reverse:udp://127.0.0.1:{u.port}@{port}", f"reverse:tcp://127.0.0.1:{t.server_address[1]}@{other}", "regular"]
                for u, t in ((echo, first), (second, last))]
        (tmp_path / "s.py").write_text(f"""
from mitmproxy import ctx
def udp_message(flow):
    if flow.messages[-1].content == b"switch":
        ctx.options.update(mode={ways[1]})
def udp_end(flow):
    print("the end of", flow.messages[0].content)
""")
        with Dump(tmp_path, *(x for m in ways[0] for x in ("--mode", m)), "-s", "s.py") as d:
            with client(port) as s, client(port) as t:
                assert ask(s, b"one") == b"ONE"
                s.send(b"switch")
                d.sees("the end of b'one'")
                wait_for(lambda: try_ask(t), "an answer")
                assert b"me" in second.heard and b"me" not in echo.heard
            with socket.create_connection(("127.0.0.1", other), DEADLINE) as s:
                s.settimeout(DEADLINE)
                s.sendall(b"hello")
                assert s.recv(100) == b"HELLO"
            assert "cannot listen" not in d.output()
            assert (first.heard, last.heard) == (b"", b"hello")
        first.shutdown()
        last.shutdown()
    second.close()


def try_ask(s):
    s.settimeout(1)
    try:
        return ask(s, b"me") == b"ME"
    except TimeoutError:        # the kernel may have had no room for it
        return False


def test_flood(tmp_path, echo):
    """Far more clients than are remembered: the first ones go, in few words, and the next one is served."""
    port = free_port()
    with Dump(tmp_path, *mode(echo.port, port), "--set", "flow_detail=0") as d:
        for i in range(1200):
            with client(port) as s:
                s.send(b"x")
                if i % 100 == 99:       # not faster than it can be read
                    wait_for(lambda: try_ask(s), "an answer")
        d.sees("forgotten: more than 1000 clients")
        with client(port) as s:
            wait_for(lambda: try_ask(s), "an answer")
        assert d.output().count("forgotten") < 20
