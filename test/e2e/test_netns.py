"""Transparent mode and SOCKS5 between network namespaces of the test's own: a client's and a gateway's."""
import os
import shutil
import signal
import subprocess
import sys

import pytest

from conftest import WEIRDUMP, free_port, wait_for

GATE, FAR = "10.213.7.2", "10.213.9.9"      # the gateway on the cable, and an address behind it
ORIGIN = """
import http.server, sys, threading
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = (self.path + " for " + self.client_address[0]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *a):
        pass
s = http.server.ThreadingHTTPServer((sys.argv[1], 80), H)
threading.Thread(target=s.serve_forever, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""
REDIRECT = """table ip t {{ chain p {{ type nat hook prerouting priority -100;
iifname "v1" ip daddr {far} tcp dport 80 redirect to :{port};
}}
}}"""
TPROXY = """table ip t {{ chain p {{ type filter hook prerouting priority -150;
iifname "v1" ip daddr {far} tcp dport 80 tproxy to :{port} meta mark set 1 accept;
}}
}}"""


def run(*argv, stdin=None):
    return subprocess.run(argv, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def must(*argv, stdin=None):
    r = run(*argv, stdin=stdin)
    assert "syntax error" not in r.stdout, r.stdout
    if r.returncode:
        pytest.skip(f"not possible here: {' '.join(argv)}: {r.stdout.strip()}")


@pytest.fixture
def spaces(request):
    """(client's, gateway's), joined by a cable; the far address is the gateway's own."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("nft"):
        pytest.skip("needs root, iproute2 and nftables")
    c, g = (f"weir{os.getpid() % 100000}{x}" for x in "cg")
    for n in (c, g):
        must("ip", "netns", "add", n)
        request.addfinalizer(lambda n=n: run("ip", "netns", "del", n))
    must("ip", "link", "add", "v0", "netns", c, "type", "veth", "peer", "name", "v1", "netns", g)
    for n, dev, addr in ((c, "v0", "10.213.7.1/24"), (g, "v1", f"{GATE}/24"), (g, "lo", f"{FAR}/32")):
        must("ip", "-n", n, "addr", "add", addr, "dev", dev)
        must("ip", "-n", n, "link", "set", dev, "up")
    must("ip", "-n", c, "route", "add", "default", "via", GATE)
    return c, g


class Gate:
    """An origin and weirdump in the gateway's namespace."""

    def __init__(self, folder, ns, *args):
        self.port, self.out = free_port(), folder / "out"
        inside = ["ip", "netns", "exec", ns]
        self.origin = subprocess.Popen([*inside, sys.executable, "-c", ORIGIN, FAR], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.origin.stdout.readline() == b"ready\n"
        with open(self.out, "wb") as f:
            self.weir = subprocess.Popen([*inside, WEIRDUMP, "--listen-host", "0.0.0.0", "-p", str(self.port),
                                          "--set", f"confdir={folder / 'conf'}", *args], stdin=subprocess.DEVNULL, stdout=f, stderr=f)
        wait_for(lambda: "listening" in self.out.read_text(), "weirdump listens")

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.weir.send_signal(signal.SIGTERM)
        self.origin.stdin.close()
        assert self.weir.wait(20) == 0
        self.origin.wait(20)


@pytest.mark.parametrize("how", ["redirect", "tproxy"])
def test_transparent(tmp_path, spaces, how):
    client, gate = spaces
    with Gate(tmp_path, gate, "--mode", "transparent") as g:
        must("ip", "netns", "exec", gate, "nft", "-f", "-",
             stdin=(REDIRECT if how == "redirect" else TPROXY).format(far=FAR, port=g.port))
        if how == "tproxy":
            must("ip", "-n", gate, "rule", "add", "fwmark", "1", "lookup", "100")
            must("ip", "-n", gate, "route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", "100")
        got = run("ip", "netns", "exec", client, "curl", "-sS", "-m", "10", f"http://{FAR}/page")
        # weirdump's own connection comes from the gateway
        assert got.stdout == f"/page for {FAR}", g.out.read_text()
        wait_for(lambda: f"GET http://{FAR}/page" in g.out.read_text(), "flow is shown")


def test_socks5(tmp_path, spaces):
    client, gate = spaces
    with Gate(tmp_path, gate, "--mode", "socks5") as g:
        got = run("ip", "netns", "exec", client, "curl", "-sS", "-m", "10", "-x", f"socks5h://{GATE}:{g.port}", f"http://{FAR}/page")
        assert got.stdout == f"/page for {FAR}", g.out.read_text()
        wait_for(lambda: f"GET http://{FAR}/page" in g.out.read_text(), "flow is shown")
