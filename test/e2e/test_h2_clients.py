"""Clients of HTTP/2 that people use, through every mode that they can use, against nginx; what arrives is what a direct run gets."""
import contextlib
import hashlib
import random
import re
import socket
import subprocess
import threading

import pytest

from conftest import DEADLINE, Dump, need
from test_modes import connect, socks
from test_netns import FAR, must, spaces  # noqa: F401 (a fixture)
from webs import Nginx

SIZES = [0, 1, 100, 16384, 16385, 65535, 65536, 300000, 3000000]


@pytest.fixture
def site(tmp_path, authority):
    """A folder of files of all sizes, and the certificate of who serves them."""
    root = tmp_path / "site"
    root.mkdir()
    for n in SIZES:
        (root / f"f{n}").write_bytes(random.Random(n).randbytes(n))
    server = tmp_path / "nginx"
    server.mkdir()
    return root, server, authority.leaf("localhost", "127.0.0.1", FAR)


@pytest.fixture
def nginx(site):
    root, folder, pem = site
    with Nginx(folder, root, pem) as n:
        yield n


def dial(p, port):
    return socket.create_connection(("127.0.0.1", p.port), DEADLINE)


def sums(folder):
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}


def fetch(folder, base, *args):
    """All files by curl, whose settings are those given here; the versions it spoke."""
    need("curl")
    folder.mkdir()
    curl = ["curl", "-q", "-sS", "--no-progress-meter", "--max-time", str(int(4 * DEADLINE)), "-w", "%{stderr}%{http_version}\n", *args]
    urls = [[f"{base}/f{n}", "-o", str(folder / f"f{n}")] for n in SIZES]
    # Side by side, but one by one by prior knowledge: curl 7.88 fails at more even without a proxy.
    told = ""
    for argv in urls if "--http2-prior-knowledge" in args else [["-Z", *(x for u in urls for x in u)]]:
        r = subprocess.run([*curl, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=5 * DEADLINE, text=True)
        assert r.returncode == 0, r.stderr
        told += r.stderr
    return set(told.split())


# Where weir listens in a mode, how curl is to find it, and where it then asks for the files.
def regular(p, origin):
    return origin, ["-x", p.url]


def socks5(p, origin):
    return origin, ["-x", f"socks5h://127.0.0.1:{p.port}"]


def reverse(p, origin):
    return origin.replace(origin.rpartition(":")[2], str(p.port)), []


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("mode", ["regular", "upstream", "socks5", "reverse"])
def test_curl(tmp_path, authority, nginx, site, mode, scheme):
    """--http2 under TLS, --http2-prior-knowledge in the clear, where servers are spoken to in HTTP/1."""
    base = f"https://localhost:{nginx.tls}" if scheme == "https" else f"http://localhost:{nginx.clear}"
    how = ["--noproxy", "", *(["--http2"] if scheme == "https" else ["--http2-prior-knowledge", "--proxytunnel"])]
    (tmp_path / "far").mkdir()
    with Dump(tmp_path / "far", trust=authority.pem) as far:
        spec = {"upstream": f"upstream:{far.url}", "reverse": f"reverse:{base}"}.get(mode, mode)
        trust = tmp_path / "trust.pem"
        trust.write_bytes(authority.pem.read_bytes() + far.ca.read_bytes())
        with Dump(tmp_path, "--mode", spec, trust=trust) as p:
            url, via = {"socks5": socks5, "reverse": reverse}.get(mode, regular)(p, base)
            assert fetch(tmp_path / "got", url, *how, *via, "--cacert", p.ca) == {"2"}
            p.sees("/f3000000")
        if mode == "upstream":
            far.sees("/f3000000")
    assert sums(tmp_path / "got") == sums(site[0])
    assert nginx.versions() == {"HTTP/2.0" if scheme == "https" else "HTTP/1.1"}


def quiet(*argv):
    r = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=5 * DEADLINE)
    assert r.returncode == 0, (r.stdout[-2000:], r.stderr[-2000:])
    return r.stdout


@pytest.mark.parametrize("how", ["tls", "prior knowledge", "upgrade"])
def test_nghttp(tmp_path, authority, nginx, site, how):
    """It knows no proxies, so it comes in reverse mode: by ALPN, by prior knowledge and by Upgrade."""
    need("nghttp")
    base = f"https://localhost:{nginx.tls}" if how == "tls" else f"http://localhost:{nginx.clear}"
    with Dump(tmp_path, "--mode", f"reverse:{base}", trust=authority.pem) as p:
        options = ["-u"] if how == "upgrade" else []
        scheme = base.split(":")[0]
        for n in SIZES:
            got = quiet("nghttp", "--no-dep", *options, f"{scheme}://localhost:{p.port}/f{n}")
            want = (site[0] / f"f{n}").read_bytes()
            assert got == want, (n, len(got))
        many = quiet("nghttp", "--no-dep", "-ans", *[f"{scheme}://localhost:{p.port}/f{n}" for n in SIZES]).decode()
        assert len(re.findall(r"\s200\s", many)) == len(SIZES), many


class Forward:
    """Whoever connects here is at the far end of a tunnel: for clients that know no proxies."""

    def __init__(self, tunnel):
        self.tunnel, self.ends = tunnel, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, far = self.listener.accept()[0], self.tunnel()
                self.ends += [near, far]
                for pair in (near, far), (far, near):
                    threading.Thread(target=self.copy, args=pair, daemon=True).start()

    @staticmethod
    def copy(source, sink):
        with contextlib.suppress(OSError):
            source.settimeout(None)
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        for s in (self.listener, *self.ends):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
            s.close()


@pytest.mark.parametrize("how", ["tls", "clear"])
@pytest.mark.parametrize("mode", ["regular", "upstream", "socks5", "reverse"])
def test_h2load(tmp_path, authority, nginx, mode, how):
    """Thousands of requests, twenty at once on each of four connections."""
    need("h2load")
    scheme, port = ("https", nginx.tls) if how == "tls" else ("http", nginx.clear)
    (tmp_path / "far").mkdir()
    with Dump(tmp_path / "far", "-q", trust=authority.pem) as far:
        spec = {"upstream": f"upstream:{far.url}", "reverse": f"reverse:{scheme}://localhost:{port}"}.get(mode, mode)
        trust = tmp_path / "trust.pem"
        trust.write_bytes(authority.pem.read_bytes() + far.ca.read_bytes())
        with Dump(tmp_path, "--mode", spec, "-q", trust=trust) as p, \
                Forward(lambda: {"reverse": dial, "socks5": socks}.get(mode, connect)(p, port)) as f:
            urls = [f"{scheme}://localhost:{f.port}/f{n}" for n in (100, 16385, 0)]
            out = quiet("h2load", "-n2000", "-c4", "-m20", *urls).decode()
            assert "2000 succeeded, 0 failed, 0 errored, 0 timeout" in out, out
            assert f"Application protocol: h2{'' if how == 'tls' else 'c'}" in out, out
    assert nginx.versions() == {"HTTP/2.0" if how == "tls" else "HTTP/1.1"}


TO_WEIR = """table ip t {{ chain p {{ type nat hook prerouting priority -100;
iifname "v1" ip daddr {far} tcp dport {{ {tls}, {clear} }} redirect to :{port};
}}
}}"""


@pytest.mark.parametrize("tool", ["curl", "nghttp", "h2load"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_transparent(tmp_path, authority, site, spaces, scheme, tool):  # noqa: F811
    """As in test_netns: the clients know of no proxy at all."""
    need(tool)
    client, gate = spaces
    root, folder, pem = site
    inside = ["ip", "netns", "exec", gate]
    with Nginx(folder, root, pem, host=FAR, inside=inside) as nginx, \
            Dump(tmp_path, "--mode", "transparent", "--listen-host", "0.0.0.0", trust=authority.pem, inside=inside) as p:
        must(*inside, "nft", "-f", "-", stdin=TO_WEIR.format(far=FAR, tls=nginx.tls, clear=nginx.clear, port=p.port))
        base = f"https://{FAR}:{nginx.tls}" if scheme == "https" else f"http://{FAR}:{nginx.clear}"
        run_it = ["ip", "netns", "exec", client]
        if tool == "curl":
            (tmp_path / "got").mkdir()
            for n in SIZES:
                got = quiet(*run_it, "curl", "-q", "-sS", "--http2" if scheme == "https" else "--http2-prior-knowledge", "--cacert", p.ca, f"{base}/f{n}")
                assert got == (root / f"f{n}").read_bytes(), n
        elif tool == "nghttp":
            for n in SIZES:
                assert quiet(*run_it, "nghttp", "--no-dep", f"{base}/f{n}") == (root / f"f{n}").read_bytes(), n
        else:
            out = quiet(*run_it, "h2load", "-n500", "-c2", "-m10", f"{base}/f16385").decode()
            assert "500 succeeded, 0 failed, 0 errored, 0 timeout" in out, out
        assert nginx.versions() == {"HTTP/2.0" if scheme == "https" else "HTTP/1.1"}


GRPC = """
const http2 = require('http2');
const s = http2.createServer();
s.on('stream', (st, h) => {
  st.respond({':status': 200, 'content-type': 'application/grpc'}, {waitForTrailers: true});
  st.on('wantTrailers', () => st.sendTrailers({'grpc-status': '0'}));
  st.end('version ' + h[':path']);
});
s.listen(0, '127.0.0.1', () => console.log(s.address().port));
"""


@pytest.mark.parametrize("way", ["reverse", "tunnel"])
def test_plain_text_to_origins(tmp_path, way):
    """What gRPC without TLS needs: an origin that speaks nothing but HTTP/2, known to its client beforehand."""
    need("node", "curl")
    with subprocess.Popen(["node", "-e", GRPC], stdout=subprocess.PIPE, text=True) as node:
        try:
            origin = f"http://127.0.0.1:{node.stdout.readline().strip()}"
            mode = ["--mode", f"reverse:{origin}"] if way == "reverse" else []
            with Dump(tmp_path, "--set", "http2_plaintext=true", "--flow-detail", "3", *mode) as d:
                via = [] if way == "reverse" else ["--proxy", f"http://127.0.0.1:{d.port}", "--proxytunnel"]
                to = f"http://127.0.0.1:{d.port}" if way == "reverse" else origin
                got = subprocess.run(["curl", "-q", "-sS", "-D-", "--noproxy", "", "--http2-prior-knowledge", *via, f"{to}/one"],
                                     capture_output=True, text=True, timeout=DEADLINE)
                assert "HTTP/2 200" in got.stdout and "version /one" in got.stdout, got
                d.sees("grpc-status")
        finally:
            node.kill()
