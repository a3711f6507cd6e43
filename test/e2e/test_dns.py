"""DNS: a name server behind us, and us as one."""
import re
import socket
import struct
import threading

import pytest
from conftest import DEADLINE, Console, Dump, dump_once, free_port, wait_for

RECORD = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4"


def query(name, number=77, kind=1, edns=0):
    out = struct.pack("!6H", number, 0x100, 1, 0, 0, 1 if edns else 0)
    out += b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0" + struct.pack("!HH", kind, 1)
    return out + (b"\0\0\x29" + struct.pack("!H", edns) + bytes(6) if edns else b"")


def name_of(q):
    at, out = 12, []
    while q[at]:
        out.append(q[at + 1:at + 1 + q[at]].decode())
        at += q[at] + 1
    return ".".join(out), q[12:at + 5]


def zone(q):
    """Fifty messages of ten records; the question is in the first."""
    soa = b"\xc0\x0c\0\6\0\1\0\0\0\x3c\0\x16\0\0" + bytes(3) + b"\7" + bytes(16)
    for i in range(50):
        records = [RECORD + bytes([10, 0, i, k]) for k in range(10)]
        if i in (0, 49):
            records[i and 9] = soa
        yield q[:2] + struct.pack("!5H", 0x8400, not i, 10, 0, 0) + (q[12:] if i == 0 else b"") + b"".join(
            r if i == 0 else name_of(q)[1][:-4] + r[2:] for r in records)


class NameServer:
    """big.* is cut short over UDP, nx.* does not exist, AXFR is ZONE messages; the rest is 1.2.3.4."""

    def __init__(self):
        self.names = []
        while True:
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind(("127.0.0.1", 0))
            self.port = self.udp.getsockname()[1]
            try:
                self.tcp = socket.create_server(("127.0.0.1", self.port))
                break
            except OSError:
                self.udp.close()
        for serve in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def answer(self, q, tcp):
        name, question = name_of(q)
        self.names.append(name)
        n = 100 if name.startswith("big") else 0 if name.startswith("nx") else 1
        cut = n == 100 and not tcp
        flags = 0x8180 | (3 if n == 0 else 0) | (0x200 if cut else 0)
        return q[:2] + struct.pack("!5H", flags, 1, 0 if cut else n, 0, 0) + question + (RECORD + b"\1\2\3\4") * (not cut and n)

    def serve_udp(self):
        while True:
            q, peer = self.udp.recvfrom(65535)
            self.udp.sendto(self.answer(q, False), peer)

    def serve_tcp(self):
        while True:
            c, _ = self.tcp.accept()
            with c:
                q = c.recv(65535)[2:]
                for a in zone(q) if q[-4:-2] == b"\0\xfc" else [self.answer(q, True)]:
                    c.sendall(struct.pack("!H", len(a)) + a)


@pytest.fixture(scope="module")
def ns():
    return NameServer()


def over_udp(port, q):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(DEADLINE)
        s.connect(("127.0.0.1", port))
        s.send(q)
        return s.recv(65535)


def over_tcp(port, *queries):
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as s:
        s.sendall(b"".join(struct.pack("!H", len(q)) + q for q in queries))
        f, out = s.makefile("rb"), []
        for _ in queries:
            out.append(f.read(struct.unpack("!H", f.read(2))[0]))
        return out


def modes(ns, kind, port):
    if kind == "reverse":
        return ["--mode", f"reverse:dns://127.0.0.1:{ns.port}@127.0.0.1:{port}"]
    return ["--mode", f"dns@127.0.0.1:{port}", "--set", f"dns_name_servers=127.0.0.1:{ns.port}"]


@pytest.mark.parametrize("kind", ["reverse", "dns"])
def test_asked_and_saved(tmp_path, ns, kind):
    port, saved = free_port(), tmp_path / "flows"
    with Dump(tmp_path, *modes(ns, kind, port), "--mode", "regular", "-w", saved) as d:
        got = over_udp(port, query("weir.test"))
        assert got == query("weir.test")[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query("weir.test")[12:] + RECORD + b"\1\2\3\4"
        assert over_udp(port, query("nx.test"))[3] & 15 == 3
        cut = over_udp(port, query("big.test"))
        assert cut[2] & 2 and len(cut) < 512
        assert len(over_udp(port, query("big.test", edns=4096))) > 1600
        both = over_tcp(port, query("big.test", 1), query("big.test", 2))
        assert sorted(b[1] for b in both) == [1, 2] and all(len(b) > 1600 for b in both)
        assert over_udp(port, query("weir.test")[:-2])[3] & 15 == 1
        wait_for(lambda: d.output().count("DNS QUERY (A) big.test") == 4, "flows printed")
    out = dump_once(tmp_path, "-nr", saved, "~dns & ~u nx").stdout
    assert "DNS QUERY (A) nx.test" in out and "NXDOMAIN" in out and "weir" not in out
    assert "weir.test" in dump_once(tmp_path, "-nr", saved, "~bs 'weir.test A 60 1[.]2[.]3[.]4'").stdout


def test_hosts_file(tmp_path, ns):
    port = free_port()
    with Dump(tmp_path, *modes(ns, "dns", port), "--mode", "regular"):
        assert over_udp(port, query("localhost")).endswith(b"\x7f\0\0\1")
    with Dump(tmp_path, *modes(ns, "dns", port), "--mode", "regular", "--set", "dns_use_hosts_file=false"):
        assert over_udp(port, query("localhost")).endswith(b"\1\2\3\4")


def test_zone_transfer(tmp_path, ns):
    """All messages of a zone pass, and are in the flow, also of one that was saved."""
    port, saved = free_port(), tmp_path / "flows"
    q = query("weir.test", kind=252)
    with Dump(tmp_path, *modes(ns, "dns", port), "--mode", "regular", "-w", saved) as d:
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as s:
            s.sendall(struct.pack("!H", len(q)) + q)
            f = s.makefile("rb")
            got = [f.read(struct.unpack("!H", f.read(2))[0]) for _ in range(50)]
            assert got == list(zone(q))
            s.sendall(struct.pack("!H", len(q)) + query("weir.test"))      # and then the next
            assert f.read(struct.unpack("!H", f.read(2))[0]).endswith(b"\1\2\3\4")
        d.sees("and 49 messages more")
    assert "(AXFR) weir.test" in dump_once(tmp_path, "-nr", saved, "~bs 10.0.49.8 & ~bs 10.0.0.1").stdout
    with Console(tmp_path, "-r", saved) as c:
        c.see("AXFR")
        c.keys("Home", "Enter")
        c.see("Flow")
        c.keys("Tab")
        c.see("weir.test A 60 10.0.0.1")
        c.keys("End")
        c.see("10.0.49.8")


def test_flood_of_nonsense(tmp_path, ns):
    """One warning and life goes on."""
    port = free_port()
    with Dump(tmp_path, *modes(ns, "reverse", port), "--mode", "regular") as d:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for i in range(3000):
                s.sendto(bytes([i & 255]) * (i % 40), ("127.0.0.1", port))

        def asked():        # the kernel may have had no room for it in the flood
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.settimeout(0.5)
                s.connect(("127.0.0.1", port))
                s.send(query("weir.test"))
                try:
                    return s.recv(65535)
                except TimeoutError:
                    return b""
        assert wait_for(asked, "an answer").endswith(b"\1\2\3\4")
        d.sees("DNS query not taken")
        assert d.output().count("not taken") < 10


def test_changed_while_running(tmp_path, ns):
    """A mode that comes opens its port, for UDP too; one that goes closes it."""
    port = free_port()
    with Console(tmp_path, "--mode", "regular") as c:
        c.type(":")
        c.type(f"set mode regular reverse:dns://127.0.0.1:{ns.port}@127.0.0.1:{port}")
        c.keys("Enter")

        def answer():
            try:
                return over_udp(port, query("weir.test"))
            except ConnectionRefusedError:
                return None
        assert wait_for(answer, "the port to be open").endswith(b"\1\2\3\4")
        c.see("weir.test (A) = 1.2.3.4")
        c.type(":")
        c.type("set mode regular")
        c.keys("Enter")

        def closed():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                try:
                    s.bind(("127.0.0.1", port))
                    return True
                except OSError:
                    return False
        wait_for(closed, "the port to be closed")


SCRIPT = """
from mitmproxy import ctx

def client_connected(client):
    print("came", client.transport_protocol, client.peername[1], client.id, flush=True)
    if client.peername[0] == "127.0.0.2":
        client.error = "not you"

def client_disconnected(client):
    print("went", client.peername[1], client.id, flush=True)

def dns_request(flow):
    print("asked", flow.request.question.name, flow.client_conn.id, flush=True)
    if flow.request.question.name == "stop.test":
        ctx.options.mode = ["regular"]
"""


def test_clients_of_scripts(tmp_path, ns):
    """Scripts are told of who asks over UDP as of others, once; and may refuse."""
    port, script = free_port(), tmp_path / "s.py"
    script.write_text(SCRIPT)
    with Dump(tmp_path, *modes(ns, "reverse", port), "--mode", "regular", "-s", script) as d:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as no:
            s.bind(("127.0.0.1", 0))
            no.bind(("127.0.0.2", 0))
            s.settimeout(DEADLINE)
            no.connect(("127.0.0.1", port))
            no.send(query("no.test"))
            for name in ("weir.test", "nx.test"):
                s.sendto(query(name), ("127.0.0.1", port))
                s.recv(65535)
            s.sendto(query("stop.test"), ("127.0.0.1", port))
            me, other = s.getsockname()[1], no.getsockname()[1]
        d.sees(f"went {me}")
        d.sees(f"went {other}")
    told = [x.split() for x in d.output().splitlines() if re.match("(came|asked|went) ", x)]
    number = next(x[3] for x in told if x[:3] == ["came", "udp", str(me)])
    assert [x for x in told if number in x] == [
        ["came", "udp", str(me), number], ["asked", "weir.test", number], ["asked", "nx.test", number],
        ["asked", "stop.test", number], ["went", str(me), number]]
    number = next(x[3] for x in told if x[:3] == ["came", "udp", str(other)])
    assert [x[0] for x in told if number in x] == ["came", "went"]
    assert "no.test" not in ns.names


SERVERS = """
def note(*what):
    print("note", *what, flush=True)

def server_connect(data):
    note("connect", data.server.transport_protocol, data.server.address[1], data.server.id)
    if data.server.address[1] == %d:
        data.server.address = ("127.0.0.1", %d)

def server_connected(data):
    note("connected", data.server.peername[1], data.server.id, data.client.transport_protocol)

def server_disconnected(data):
    note("disconnected", data.server.connected, data.server.id)

def dns_response(flow):
    state = flow.server_conn.get_state()
    note("answer", state["transport_protocol"], flow.client_conn.get_state()["transport_protocol"], flow.server_conn.id)
"""


def test_servers_of_scripts(tmp_path, ns):
    """And of who is asked: they may send it elsewhere, and what is cut short is asked for over TCP."""
    port, nobody, script = free_port(), free_port(), tmp_path / "s.py"
    script.write_text(SERVERS % (nobody, ns.port))
    with Dump(tmp_path, *modes(ns, "reverse", port), "--mode", "regular", "-s", script) as d:
        assert b"\1\2\3\4" in over_udp(port, query("weir.test"))
        d.sees("note answer udp")
        over_udp(port, query("big.test"))
        d.sees("note answer tcp")
    with Dump(tmp_path, "--mode", f"reverse:dns://127.0.0.1:{nobody}@127.0.0.1:{port}", "--mode", "regular", "-s", script) as e:
        over_udp(port, query("weir.test"))
        e.sees("note answer udp")
    told = [x.split()[1:] for x in d.output().splitlines() if x.startswith("note ")]
    ids = [x[-1] for x in told if x[0] == "connect"]
    assert len(set(ids)) == 3
    p = str(ns.port)
    assert [x for x in told if ids[0] in x] == [
        ["connect", "udp", p, ids[0]], ["connected", p, ids[0], "udp"], ["disconnected", "False", ids[0]], ["answer", "udp", "udp", ids[0]]]
    assert [x[:2] for x in told if ids[1] in x] == [["connect", "udp"], ["connected", p], ["disconnected", "False"]]
    assert [x for x in told if ids[2] in x] == [
        ["connect", "tcp", p, ids[2]], ["connected", p, ids[2], "udp"], ["disconnected", "False", ids[2]], ["answer", "tcp", "udp", ids[2]]]
    assert f"connected {p} " in e.output()


@pytest.mark.parametrize("side", ["~q", "~s"])
def test_edited_while_held(tmp_path, ns, side):
    """Another name is asked for, another address is answered."""
    port, got = free_port(), []
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/weir.test/mine.test/; s/1.2.3.4/9.9.9.9/' \"$1\"\n")
    editor.chmod(0o755)
    with Console(tmp_path, *modes(ns, "reverse", port), "--mode", "regular", "--intercept", f"~dns & {side}",
                 env={"EDITOR": str(editor)}) as c:
        t = threading.Thread(target=lambda: got.append(over_udp(port, query("weir.test"))))
        t.start()
        c.see("weir.test")
        c.keys("Enter")
        c.see("held")
        if side == "~s":
            c.keys("Tab")
            c.see("weir.test A 60 1.2.3.4")
        c.type("e")
        c.see("1) message")
        c.type("1")
        c.see("mine.test")
        c.type("a")
        t.join(DEADLINE)
        assert got
        if side == "~s":
            c.see("mine.test A 60 9.9.9.9")
        c.type("V")
        c.see("weir.test A 60 1.2.3.4" if side == "~s" else "weir.test")
    assert got and got[0][:2] == query("")[:2]
    if side == "~q":
        assert ns.names[-1] == "mine.test" and got[0].endswith(b"\1\2\3\4")
    else:
        assert ns.names[-1] == "weir.test" and got[0].endswith(b"\x09" * 4)


def test_killed_while_held(tmp_path, ns):
    port = free_port()
    with Console(tmp_path, *modes(ns, "reverse", port), "--mode", "regular", "--intercept", "~dns") as c:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect(("127.0.0.1", port))
            s.send(query("gone.test"))
            c.see("gone.test")
            c.type(":")
            c.type("flow.kill @focus")
            c.keys("Enter")
            c.see("killed")
            s.settimeout(0.2)
            with pytest.raises(TimeoutError):
                s.recv(100)
    assert "gone.test" not in ns.names
