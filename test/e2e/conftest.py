"""What the end-to-end tests stand on: an authority for origins, an origin, and
the two programs as processes. Everything is on 127.0.0.1, ports are free in
both families, and every wait is for a condition with a deadline.

    WEIR=build/weir WEIRDUMP=build/weirdump python3 -m pytest test/e2e
"""
import datetime
import errno
import gzip
import http.server
import ipaddress
import itertools
import json
import os
import random
import shlex
import shutil
import signal
import socket
import socketserver
import ssl
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
WEIR = os.environ.get("WEIR", str(TOP / "build" / "weir"))
WEIRDUMP = os.environ.get("WEIRDUMP", str(TOP / "build" / "weirdump"))
DEADLINE = float(os.environ.get("E2E_DEADLINE", "20"))


# Below those that the system hands out to clients at any moment.
PORTS = itertools.cycle(random.sample(range(20000, 32000), 12000))


def is_taken(family, host, port):
    try:
        with socket.socket(family) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((host, port))
    except OSError as e:
        return e.errno == errno.EADDRINUSE      # else there is no such family here
    return False


def free_port():
    return next(port for port in PORTS if not is_taken(socket.AF_INET, "127.0.0.1", port)
                and not is_taken(socket.AF_INET6, "::1", port))


def wait_for(what, say):
    """Call `what` until it returns something true; return that."""
    end = time.monotonic() + DEADLINE
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < end, f"{say}: not within {DEADLINE} s"
        time.sleep(0.02)


def listening(port):
    with socket.socket() as s:
        s.settimeout(0.5)
        return s.connect_ex(("127.0.0.1", port)) == 0


def need(*programs):
    missing = [p for p in programs if shutil.which(p) is None]
    if missing:
        pytest.skip(f"not installed: {' '.join(missing)}")


# --- the origin's side -------------------------------------------------------

class Authority:
    """A CA for origins: `pem` is its certificate, `leaf` makes one."""

    def __init__(self, folder):
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        self.x509, self.ec, self.folder = x509, ec, folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test origins")])
        self.pem = folder / "origins.pem"
        self.pem.write_bytes(self._pem(self._sign(self.name, self.key.public_key(), True, ())))

    @staticmethod
    def _pem(thing):
        from cryptography.hazmat.primitives import serialization as ser
        if hasattr(thing, "private_bytes"):
            return thing.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption())
        return thing.public_bytes(ser.Encoding.PEM)

    def _sign(self, subject, public, ca, names):
        from cryptography.hazmat.primitives import hashes
        x509, now = self.x509, datetime.datetime.utcnow()
        b = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(public)
             .serial_number(x509.random_serial_number())
             .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=9))
             .add_extension(x509.BasicConstraints(ca, None), True)
             .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
             .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False))
        if ca:
            b = b.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
        san = []
        for n in names:
            try:
                san.append(x509.IPAddress(ipaddress.ip_address(n)))
            except ValueError:
                san.append(x509.DNSName(n))
        if san:
            b = b.add_extension(x509.SubjectAlternativeName(san), False)
        return b.sign(self.key, hashes.SHA256())

    def leaf(self, *names):
        x509, key = self.x509, self.ec.generate_private_key(self.ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        out = self.folder / f"{names[0]}.pem"
        out.write_bytes(self._pem(key) + self._pem(self._sign(subject, key.public_key(), False, names)))
        return out


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "origin", ""

    def log_message(self, *args):
        pass

    def body(self):
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        out = b""
        while True:
            size = int(self.rfile.readline(), 16)
            piece = self.rfile.read(size + 2)[:size]
            if not size:
                return out
            out += piece

    def answer(self, body, ctype="text/plain", status=200, **more):
        self.send_response(status)
        for k, v in {"Content-Type": ctype, "Content-Length": str(len(body)), **more}.items():
            self.send_header(k.replace("_", "-"), v)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def any(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = self.body()
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), body))
        if url.path == "/echo":
            doc = {"method": self.command, "path": self.path, "body": body.decode("latin-1"), "headers": self.headers.items()}
            self.answer(json.dumps(doc).encode(), "application/json")
        elif url.path == "/bytes":
            whole, rest = b"0123456789abcdef" * (int(query["n"]) // 16), self.headers.get("range", "")
            if rest.startswith("bytes=") and rest.endswith("-"):
                at = int(rest[6:-1])
                self.answer(whole[at:], "application/octet-stream", 206,
                            Content_Range=f"bytes {at}-{len(whole) - 1}/{len(whole)}")
            else:
                self.answer(whole, "application/octet-stream")
        elif url.path == "/gzip":
            self.answer(gzip.compress(b"squeezed " * 100), Content_Encoding="gzip")
        elif url.path == "/drip":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for i in range(3):
                self.wfile.write(b"4\r\npart\r\n")
                self.wfile.flush()
                self.server.gate.wait(DEADLINE)
            self.wfile.write(b"0\r\n\r\n")
        elif url.path == "/page":
            self.answer(b"<html><title>t</title><body><p id=x>before</p><script>document.getElementById('x').textContent='after'"
                        b"</script></body></html>", "text/html")
        else:
            self.answer(b"hello\n", status=int(query.get("status", "200")))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = any


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads, request_queue_size = True, 128


class Origin:
    def __init__(self, pem=None):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.seen = self.seen = []
        self.server.gate = self.gate = threading.Event()
        self.port, self.scheme = self.server.server_address[1], "http"
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="/"):
        return f"{self.scheme}://localhost:{self.port}{path}"

    def close(self):
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def origin():
    o = Origin()
    yield o
    o.close()


@pytest.fixture
def secure(authority):
    o = Origin(authority.leaf("localhost", "127.0.0.1"))
    yield o
    o.close()


# --- the programs ------------------------------------------------------------

class Dump:
    """weirdump as a running proxy. `inside` starts it somewhere else."""

    def __init__(self, folder, *args, trust=None, inside=()):
        self.folder, self.port = folder, free_port()
        self.conf = folder / "conf"
        self.log = folder / f"dump-{self.port}.log"
        argv = [*inside, WEIRDUMP, "-p", str(self.port), "--set", f"confdir={self.conf}"]
        if trust:
            argv += ["--set", f"ssl_verify_upstream_trusted_ca={trust}"]
        self.out = open(self.log, "wb")
        self.proc = subprocess.Popen(argv + [str(a) for a in args], stdin=subprocess.DEVNULL, stdout=self.out,
                                     stderr=subprocess.STDOUT, cwd=folder)
        wait_for(lambda: ("listening" in self.output() if inside else listening(self.port)) or self.proc.poll() is not None,
                 "listening")
        assert self.proc.poll() is None, self.output()
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def ca(self):
        return self.conf / "weir-ca-cert.pem"

    def output(self):
        return self.log.read_text(errors="replace")

    def sees(self, text):
        wait_for(lambda: text in self.output(), f"printed {text!r}")

    def stop(self, sig=signal.SIGTERM):
        if self.proc.poll() is None:
            self.proc.send_signal(sig)
        try:
            return self.proc.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            raise
        finally:
            self.out.close()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        status = self.stop()
        if why[0] is None:
            assert status == 0, f"ended with {status}: {self.output()}"


def dump_once(folder, *args):
    """weirdump run to its end."""
    return subprocess.run([WEIRDUMP, "--set", f"confdir={folder / 'conf'}", *map(str, args)], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE, text=True, errors="replace")


def curl(proxy, *args):
    need("curl")
    return subprocess.run(["curl", "-sS", "--noproxy", "", "--max-time", str(int(DEADLINE)), "-x", proxy.url, "--cacert", proxy.ca, *args],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=DEADLINE + 5)


class Console:
    """weir in a tmux window."""

    def __init__(self, folder, *args, size=(100, 30), trust=None, env=None):
        need("tmux")
        self.folder, self.port = folder, free_port()
        self.conf = folder / "conf"
        self.url = f"http://127.0.0.1:{self.port}"
        self.name = f"weir-e2e-{os.getpid()}-{self.port}"
        self.status = folder / f"status-{self.port}"
        argv = [WEIR, "-p", str(self.port), "--set", f"confdir={self.conf}", *map(str, args)]
        if trust:
            argv += ["--set", f"ssl_verify_upstream_trusted_ca={trust}"]
        more = "".join(f"{k}={shlex.quote(v)} " for k, v in (env or {}).items())
        line = (f"TERM=xterm-256color LC_ALL=C.UTF-8 {more}{shlex.join(argv)} 2>{folder}/stderr; code=$?; "
                f"stty -a >after; echo $code >{self.status}; exec cat")
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "-c", str(folder), line)
        wait_for(lambda: listening(self.port) or self.status.exists(), "console listening")

    ca = Dump.ca

    def tmux(self, *args):
        return subprocess.run(["tmux", "-L", self.name, *args], check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout.decode(errors="replace")

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def run(self, line):
        """A line at the command prompt, from any screen."""
        self.type(":")
        self.keys("C-u")
        self.type(line)
        self.keys("Enter")

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def see(self, text):
        """Wait until the screen shows it; returns the screen."""
        last = [""]

        def look():
            last[0] = self.screen()
            return text in last[0]
        try:
            wait_for(look, f"screen shows {text!r}")
        except AssertionError as e:
            raise AssertionError(f"{e}\n{last[0]}") from None
        return last[0]

    def pid(self):
        """Of the program itself: the terminal's guard is its child."""
        out = subprocess.run(["pgrep", "-f", f"confdir={self.conf}"], stdout=subprocess.PIPE, check=True).stdout
        return next(int(p) for p in out.split() if Path(f"/proc/{int(p)}/comm").read_text() == "weir\n")

    def ended(self):
        return int(wait_for(lambda: self.status.exists() and self.status.read_text().strip(), "console ended"))

    def __enter__(self):
        return self

    def __exit__(self, *why):
        subprocess.run(["tmux", "-L", self.name, "kill-server"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def dump(tmp_path, authority):
    with Dump(tmp_path, trust=authority.pem) as p:
        yield p
