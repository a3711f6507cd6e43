"""Ways to reach the proxy, and who may speak first."""
import contextlib
import socket
import ssl
import threading

import pytest
from conftest import DEADLINE, Dump, curl, wait_for


class Greeter:
    """A server that speaks first, as those of SMTP, SSH and MySQL do, then echoes."""

    def __init__(self, greeting, context=None):
        self.greeting, self.context, self.heard = greeting, context, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.talk, args=self.listener.accept()[:1], daemon=True).start()

    def talk(self, c):
        with contextlib.suppress(OSError):
            c.settimeout(DEADLINE)
            if self.context:
                c = self.context.wrap_socket(c, server_side=True)
            c.sendall(self.greeting)
            while data := c.recv(4096):
                self.heard.append(data)
                c.sendall(b"you said " + data)
            c.close()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.listener.close()


def recv(sock, n):
    out = b""
    while len(out) < n:
        piece = sock.recv(n - len(out))
        assert piece, out
        out += piece
    return out


def dial(port):
    return socket.create_connection(("127.0.0.1", port), DEADLINE)


def connect(proxy, port, host="127.0.0.1"):
    c = dial(proxy.port)
    c.sendall(b"CONNECT %s:%d HTTP/1.1\r\nHost: x\r\n\r\n" % (host.encode(), port))
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += recv(c, 1)
    assert head.startswith(b"HTTP/1.1 200"), head
    return c


def socks(proxy, port):
    c = dial(proxy.port)
    c.sendall(b"\5\1\0" b"\5\1\0\1\x7f\0\0\1" + port.to_bytes(2, "big"))
    assert recv(c, 12)[:4] == b"\5\0\5\0"
    return c


GREETINGS = {"smtp": b"220 mail.test ESMTP\r\n", "ssh": b"SSH-2.0-test\r\n", "mysql": b"\x4a\0\0\0\x0a8.0.1\0\x0b\0\0\0"}


@pytest.mark.parametrize("strategy", ["eager", "lazy"])
@pytest.mark.parametrize("way", ["reverse", "connect", "socks5"])
@pytest.mark.parametrize("kind", sorted(GREETINGS))
def test_server_speaks_first(tmp_path, kind, way, strategy):
    greeting = GREETINGS[kind]
    with Greeter(greeting) as g:
        mode = {"reverse": f"reverse:tcp://127.0.0.1:{g.port}", "connect": "regular", "socks5": "socks5"}[way]
        with Dump(tmp_path, "--mode", mode, "--set", f"connection_strategy={strategy}") as p:
            with {"reverse": lambda: dial(p.port), "connect": lambda: connect(p, g.port), "socks5": lambda: socks(p, g.port)}[way]() as c:
                assert recv(c, len(greeting)) == greeting
                c.sendall(b"hello, it is me\r\n")
                assert recv(c, 26) == b"you said hello, it is me\r\n"


@pytest.mark.parametrize("strategy", ["eager", "lazy"])
def test_server_speaks_first_in_tls(tmp_path, authority, strategy):
    """Both sides speak TLS, and inside the server begins."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.leaf("localhost"))
    with Greeter(b"220 hi\r\n", context) as g:
        with Dump(tmp_path, "--set", f"connection_strategy={strategy}", trust=authority.pem) as p:
            mine = ssl.create_default_context(cafile=p.ca)
            with mine.wrap_socket(connect(p, g.port, "localhost"), server_hostname="localhost") as c:
                assert recv(c, 8) == b"220 hi\r\n"
                c.sendall(b"EHLO me\r\n")
                assert recv(c, 18) == b"you said EHLO me\r\n"


def test_server_speaks_first_behind_reverse_tls(tmp_path, authority):
    """A plain client, a server that wants TLS and greets."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.leaf("localhost"))
    with Greeter(b"220 hi\r\n", context) as g:
        with Dump(tmp_path, "--mode", f"reverse:tls://localhost:{g.port}", trust=authority.pem) as p, dial(p.port) as c:
            assert recv(c, 8) == b"220 hi\r\n"
            c.sendall(b"EHLO me\r\n")
            assert recv(c, 18) == b"you said EHLO me\r\n"


def ask(sock, data):
    """Send, and read to the end."""
    sock.sendall(data)
    out = b""
    with contextlib.suppress(ConnectionError):
        while piece := sock.recv(65536):
            out += piece
    return out


REQUEST = b"GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"


def test_ignore_hosts_by_host_header(tmp_path, origin):
    """A tunnel to an address: plain requests name their host inside."""
    with Dump(tmp_path, "--ignore-hosts", r"secret\.test:", "--set", "show_ignored_hosts=true") as p:
        with connect(p, origin.port) as c:
            assert ask(c, (REQUEST % b"secret.test").replace(b"/", b"/hidden", 1)).endswith(b"hello\n")
        with connect(p, origin.port) as c:
            assert ask(c, (REQUEST % b"open.test").replace(b"/", b"/shown", 1)).endswith(b"hello\n")
        p.sees("/shown")
        assert "/hidden" not in p.output()


def test_ignore_hosts_by_ipv6_address(tmp_path, authority):
    """Both spellings of an IPv6 address match; its bytes pass untouched."""
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with listener:
        port = listener.getsockname()[1]
        for rule in (rf"^\[::1\]:{port}$", rf"^::1:{port}$"):
            with Dump(tmp_path, "--ignore-hosts", rule) as p, connect(p, port, "[::1]") as c:
                far = listener.accept()[0]
                c.sendall(b"\x16\x03\x01 no hello")
                far.settimeout(DEADLINE)
                assert recv(far, 12) == b"\x16\x03\x01 no hello"
                far.close()


def test_failed_verification_shows_the_certificates(tmp_path, secure):
    out = tmp_path / "flows"
    with Dump(tmp_path, "-w", out) as p:
        r = curl(p, "-w", "%{http_code}", secure.url())
        assert r.stdout.endswith(b"502") and b"erify failed" in r.stdout, r
    server = out.read_bytes() if out.read_bytes()[:2] != b"\x1f\x8b" else __import__("gzip").decompress(out.read_bytes())
    assert b"BEGIN CERTIFICATE" in server.split(b"certificate_list", 1)[1]
    assert server.count(b"BEGIN CERTIFICATE") >= 1


@pytest.mark.parametrize("way", ["connect", "socks5", "reverse"])
def test_tls_to_a_dead_server(tmp_path, way):
    """The client's handshake goes on, and the failure is its answer; nothing hangs."""
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]
    mode = {"reverse": f"reverse:https://127.0.0.1:{port}", "connect": "regular", "socks5": "socks5"}[way]
    with Dump(tmp_path, "--mode", mode, "--set", "connection_strategy=" + ("eager" if way == "reverse" else "lazy")) as p:
        mine = ssl.create_default_context(cafile=p.ca)
        mine.check_hostname = False
        raw = {"reverse": lambda: dial(p.port), "connect": lambda: connect(p, port), "socks5": lambda: socks(p, port)}[way]()
        if way == "reverse":
            wait_for(lambda: "failed" in p.output(), "the dial has failed")
        with mine.wrap_socket(raw, server_hostname="localhost") as c:
            assert b" 502 " in ask(c, REQUEST % b"localhost").split(b"\n")[0]


def test_client_certificate_is_asked_for(tmp_path, authority, secure):
    """request_client_cert: who shows one is let in, and so is who has none."""
    mine = authority.leaf("me.test")
    with Dump(tmp_path, "--set", "request_client_cert=true", trust=authority.pem) as p:
        assert curl(p, secure.url()).stdout == b"hello\n"
        assert curl(p, "--cert", mine, secure.url()).stdout == b"hello\n"


def test_refused_connect_names_the_strategy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]
    with Dump(tmp_path) as p, dial(p.port) as c:
        assert b"connection_strategy=lazy" in ask(c, b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" % port)


def test_modes_change_while_running(tmp_path, origin):
    """From the options of the running program: new ports open, old ones close, others stay."""
    from conftest import Console, free_port, listening
    other = free_port()
    with Console(tmp_path) as c:
        c.type(f":set mode regular reverse:http://127.0.0.1:{origin.port}@{other}")
        c.keys("Enter")
        wait_for(lambda: listening(other), "the second mode listens")
        assert listening(c.port)
        with dial(other) as s:
            assert ask(s, REQUEST % b"x").endswith(b"hello\n")
        c.type(":set mode regular")
        c.keys("Enter")
        wait_for(lambda: not listening(other), "the second mode is gone")
        assert listening(c.port)


def test_replays_go_by_the_upstream_proxy(tmp_path, authority, origin, secure):
    """As requests of clients do, with its login; the server never sees that."""
    with Dump(tmp_path, "-w", tmp_path / "flows", trust=authority.pem) as p:
        for o in (origin, secure):
            assert curl(p, o.url("/one")).returncode == 0
    (tmp_path / "far").mkdir()
    with Dump(tmp_path / "far", "--proxyauth", "u:p", trust=authority.pem) as far:
        with Dump(tmp_path, "--mode", f"upstream:{far.url}", "--set", "upstream_auth=u:p", "-C", tmp_path / "flows", trust=far.ca) as p:
            for o in (origin, secure):
                wait_for(lambda o=o: len(o.seen) == 2, "the replay")
                far.sees(o.url("/one"))
                assert "Proxy-Authorization" not in str(o.seen)


@pytest.mark.parametrize("listen", ["127.0.0.1", "0.0.0.0"])
def test_not_to_itself(tmp_path, listen):
    """Who asks the proxy for the proxy would be asked for ever, by whatever address it is reached."""
    with Dump(tmp_path, "--listen-host", listen) as p:
        for host in ["127.0.0.1", "localhost"] + ["127.0.0.2"] * (listen == "0.0.0.0"):
            assert curl(p, "-o", "/dev/null", "-w", "%{http_code}", f"http://{host}:{p.port}/").stdout == b"508"
            p.sees(f"GET http://{host}:{p.port}/")
            wait_for(lambda: p.output().count(" << the request is for this proxy itself") == p.output().count("GET http"), "its end")
