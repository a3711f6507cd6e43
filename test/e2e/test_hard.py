"""What proxies get wrong, point by point: test_NN is point NN of test/hard.list, which names the tests of the others."""
import contextlib
import os
import re
import signal
import socket
import ssl
import subprocess
import threading

import pytest
from conftest import DEADLINE, WEIRDUMP, Dump, curl, dump_once, free_port, need, wait_for
from test_modes import Greeter, ask, connect, dial, recv, socks


class Raw:
    """An origin that answers each connection's requests with bytes as they are."""

    def __init__(self, *answers, stay=False, host="127.0.0.1"):
        self.answers, self.stay, self.heard = answers, stay, []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.talk, args=self.listener.accept()[:1], daemon=True).start()

    def talk(self, c):
        with contextlib.suppress(OSError), c:
            c.settimeout(DEADLINE)
            for answer in self.answers:
                got = b""
                while b"\r\n\r\n" not in got:
                    piece = c.recv(65536)
                    if not piece:
                        return
                    got += piece
                self.heard.append(got)
                c.sendall(answer)
            while self.stay and c.recv(65536):
                pass

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.listener.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def get(port, more=b"", path=b"/", line=b"GET http://127.0.0.1:%d%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"):
    return line % (port, path, port) + more + b"\r\n"


SMUGGLING = [b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 3\r\nContent-Length: 4\r\n",
             b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding: chunked, identity\r\n",
             b"Content-Length: +3\r\n", b"A B: c\r\n", b"Content-Length: 3, 4\r\n", b" folded: first\r\n"]


@pytest.mark.parametrize("field", SMUGGLING)
def test_01_no_request_is_smuggled(dump, field):
    with Raw(OK) as o, dial(dump.port) as c:
        assert re.match(rb"HTTP/1.1 (400|501) ", ask(c, get(o.port, field) + b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"))
        assert not o.heard


def test_01_odd_requests_pass_when_asked_for(tmp_path):
    with Dump(tmp_path, "--set", "validate_inbound_headers=false") as p, Raw(OK) as o, dial(p.port) as c:
        assert b" 200 " in ask(c, get(o.port, b"Odd Name: x\r\nConnection: close\r\n")).split(b"\n")[0]


def test_02_bad_messages_are_shown(dump):
    with Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx") as o:
        with dial(dump.port) as c:
            assert b" 502 " in ask(c, get(o.port, b"Connection: close\r\n", b"/badresponse")).split(b"\n")[0]
        with dial(dump.port) as c:
            ask(c, get(o.port, SMUGGLING[0], b"/badrequest"))
        for path in ("/badresponse", "/badrequest"):
            dump.sees(path)


def test_03_chunks_stay_chunks(dump):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    with Raw(chunked) as o, dial(dump.port) as c:
        got = ask(c, get(o.port, b"Connection: close\r\n"))
        assert b"ontent-Length" not in got and b"hunked" in got and got.endswith(b"0\r\n\r\n")


def test_03_nothing_follows_the_head_of_head(dump):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Raw(head, chunked, OK, stay=True) as o, dial(dump.port) as c:
        line = b"HEAD http://127.0.0.1:%d%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        got = ask(c, get(o.port, line=line) * 2 + get(o.port, b"Connection: close\r\n"))
        assert b"Content-Length: 9\r\n" in got and b"\r\n\r\n0\r\n" not in got and got.endswith(b"ok")


def test_04_body_until_the_end(dump):
    with Raw(b"HTTP/1.0 200 OK\r\n\r\nuntil the end") as o, dial(dump.port) as c:
        assert ask(c, get(o.port)).endswith(b"until the end")
    with Raw(OK, stay=True) as o, dial(dump.port) as c:
        c.sendall(get(o.port))
        c.shutdown(socket.SHUT_WR)          # it has said all, and listens
        got = b""
        while piece := c.recv(4096):
            got += piece
        assert got.endswith(b"ok")


def test_05_pipelining_and_early_words(dump):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    with Raw(hints + OK, OK, OK, stay=True) as o, dial(dump.port) as c:
        got = ask(c, get(o.port) * 2 + get(o.port, b"Connection: close\r\n"))
        assert got.count(b"200 OK") == 3 and got.startswith(b"HTTP/1.1 103 ")
    with Raw(OK) as o, connect(dump, o.port) as c:
        assert ask(c, b"\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").endswith(b"ok")


def test_07_schemes_and_addresses_in_any_spelling(dump):
    with Raw(OK) as o, dial(dump.port) as c:
        assert ask(c, b"GET HTTP://LOCALHOST:%d/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % o.port).endswith(b"ok")


def test_07_ipv6_literals(dump):
    try:
        o = Raw(OK, host="::1")
    except OSError:
        pytest.skip("no IPv6 here")
    with o:
        with dial(dump.port) as c:
            assert ask(c, b"GET http://[::1]:%d/ HTTP/1.1\r\nHost: [::1]:%d\r\nConnection: close\r\n\r\n" % (o.port, o.port)).endswith(b"ok")
        with connect(dump, o.port, "[::1]") as c:
            assert ask(c, b"GET /six HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n").endswith(b"ok")
        dump.sees(f"[::1]:{o.port}")


def rss(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1])


def test_08_memory_does_not_grow_with_a_streamed_body(dump, origin):
    # A sanitizer keeps what was freed, up to a bound of its own: reach that first.
    for _ in range(3):
        before = rss(dump.proc.pid)
        assert len(curl(dump, origin.url("/bytes?n=134217728")).stdout) == 128 << 20
    assert rss(dump.proc.pid) - before < 48 << 10


def test_15_tls_to_the_proxy_speaks_http1(dump, secure):
    """h2 is mirrored from the origin; a refusal is mirrored, too."""
    need("curl")
    r = subprocess.run(["curl", "-sS", "--noproxy", "", "-x", dump.url, "--cacert", dump.ca, "--http2", "-w", "%{http_version}",
                        secure.url()], stdout=subprocess.PIPE, timeout=DEADLINE)
    assert r.stdout == b"hello\n1.1"
    context = ssl.create_default_context(cafile=dump.ca)
    context.check_hostname = False
    context.set_alpn_protocols(["h2", "http/1.1"])
    with context.wrap_socket(dial(dump.port), server_hostname="127.0.0.1") as t:
        assert t.selected_alpn_protocol() in ("h2", "http/1.1", None)


def test_22_tls_in_tls_and_who_greets(tmp_path, authority, secure):
    with Dump(tmp_path, trust=authority.pem) as p:
        outer = ssl.create_default_context(cafile=p.ca)
        outer.check_hostname = False
        with outer.wrap_socket(dial(p.port), server_hostname="localhost") as t:
            t.sendall(b"CONNECT localhost:%d HTTP/1.1\r\n\r\n" % secure.port)
            assert b" 200 " in t.recv(4096)
            inner, far = ssl.MemoryBIO(), ssl.MemoryBIO()
            c = ssl.create_default_context(cafile=p.ca).wrap_bio(inner, far, server_hostname="localhost")
            while True:
                try:
                    c.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    t.sendall(far.read())
                    inner.write(t.recv(65536))
            c.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            t.sendall(far.read())
            got = b""
            while b"hello\n" not in got:
                with contextlib.suppress(ssl.SSLWantReadError):
                    got += c.read(65536)
                    continue
                inner.write(t.recv(65536))


def test_23_old_versions_need_no_other_switch(tmp_path, authority):
    """TLS 1.0 on both sides: the security level follows the version."""
    need("openssl")
    leaf = authority.leaf("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    with Dump(tmp_path, "--set", "tls_version_client_min=TLS1", "--set", "tls_version_server_min=TLS1", trust=authority.pem) as p:
        with Greeter(b"", context) as g:
            r = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{g.port}", "-proxy", f"127.0.0.1:{p.port}", "-tls1",
                                "-cipher", "ALL:@SECLEVEL=0", "-CAfile", p.ca], input=b"", stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, timeout=DEADLINE)
            assert b"Protocol  : TLSv1\n" in r.stdout, r.stdout


def test_24_distrust_is_named_whenever_it_comes(dump, secure):
    """Also by a client that finishes the handshake before it says so (TLS 1.3 allows that)."""
    stranger = ssl.create_default_context()
    with connect(dump, secure.port, "localhost") as c, contextlib.suppress(ssl.SSLError):
        stranger.wrap_socket(c, server_hostname="localhost")
    dump.sees("does not trust the proxy's certificate for localhost")


@pytest.mark.parametrize("first", [b"\x00\x01binary", b"SSH-2.0-client\r\n", b"ab", b"*1\r\n$4\r\nPING\r\n", b"{\"json\": 1}\n"])
def test_25_what_is_no_http(dump, first):
    with Greeter(b"") as g, connect(dump, g.port) as c:
        c.sendall(first)
        if len(first) > 2:
            assert recv(c, 9 + len(first)) == b"you said " + first
        else:                               # too short to tell: the rest comes
            c.sendall(b"\x00more")
            assert recv(c, 9) == b"you said "


def test_26_a_hello_in_pieces_is_still_ignored(tmp_path, secure, authority):
    with Dump(tmp_path, "--ignore-hosts", "localhost:", "--set", "connection_strategy=lazy") as p:
        theirs = ssl.create_default_context(cafile=authority.pem)
        inner, far = ssl.MemoryBIO(), ssl.MemoryBIO()
        t = theirs.wrap_bio(inner, far, server_hostname="localhost")
        with contextlib.suppress(ssl.SSLWantReadError):
            t.do_handshake()
        hello = far.read()
        with connect(p, secure.port) as c:
            c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for i in range(0, len(hello), 40):
                c.sendall(hello[i:i + 40])
            while True:
                try:
                    t.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    c.sendall(far.read())
                    inner.write(c.recv(65536))
            assert t.getpeercert()["issuer"][0][0][1] == "test origins"


def test_27_both_families_on_one_port_and_no_loops(tmp_path):
    with Dump(tmp_path, "--listen-host", "*") as p:
        with dial(p.port) as c:
            assert b" 508 " in ask(c, get(p.port, b"Connection: close\r\n")).split(b"\n")[0]
        with contextlib.suppress(OSError), socket.create_connection(("::1", p.port), DEADLINE) as c:
            assert b" 400 " in ask(c, b"nonsense\r\n\r\n").split(b"\n")[0]


def test_30_the_answer_is_there_before_the_end(tmp_path):
    """Client replay ends the program, but not before its answers came."""
    with Raw(OK) as o:
        flows = tmp_path / "flows"
        with Dump(tmp_path, "-w", flows) as p, dial(p.port) as c:
            assert ask(c, get(o.port, b"Connection: close\r\n")).endswith(b"ok")
        r = dump_once(tmp_path, "-n", "-C", flows, "--proxyauth", "a:b")
        assert r.returncode == 0 and "200 OK" in r.stdout, r.stdout
        assert len(o.heard) == 2


def test_33_broken_files_are_told_in_words(tmp_path):
    for n, data in enumerate((b"", b"5:hell", b"99999999999999:x", b"3:abc}", os.urandom(64), b"0:}", b"0:~" * 9)):
        f = tmp_path / f"f{n}"
        f.write_bytes(data)
        r = dump_once(tmp_path, "-n", "-r", f)
        assert r.returncode in (0, 1) and "AddressSanitizer" not in r.stdout, (data, r)


def test_35_backslashes_in_a_replacement(tmp_path, origin):
    with Dump(tmp_path, "--modify-body", r"/~s/(h)ello/C:\\new\\1 \1") as p:
        assert curl(p, origin.url()).stdout == b"C:\\new\\1 \\1\n"


def test_39_failures_are_seen_and_ends_are_clean(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as s:
        r = subprocess.run([WEIRDUMP, "--set", f"confdir={tmp_path / 'conf'}", "-p", str(s.getsockname()[1])], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE)
        assert r.returncode == 1 and b"in use" in r.stdout, r
    nothing = tmp_path / "nothing"
    nothing.write_bytes(b"")
    assert dump_once(tmp_path, "-n", "-r", nothing).returncode == 0
    p = Dump(tmp_path)
    assert p.stop(signal.SIGTERM) == 0


def test_40_logins_of_every_kind(tmp_path, origin):
    words = tmp_path / "words"
    words.write_text("# made by htpasswd\nsha:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")
    for spec, good, bad in (("me:a:b", "me:a:b", "me:a"), (f"@{words}", "sha:password", "sha:other"), ("any", "x:y", None)):
        with Dump(tmp_path, "--proxyauth", spec) as p:
            for login, code in ((good, b"200"), (bad, b"407")):
                if login:
                    r = curl(p, "-o", "/dev/null", "-w", "%{http_code}", "-U", login, origin.url())
                    assert r.stdout == code, (spec, login, r)
            assert curl(p, "-o", "/dev/null", "-w", "%{http_code}", origin.url()).stdout == b"407"


def test_40_a_login_holds_for_its_connection(tmp_path, secure, authority):
    with Dump(tmp_path, "--proxyauth", "me:pw", trust=authority.pem) as p:
        r = curl(p, "-U", "me:pw", "-w", "%{num_connects}", secure.url(), secure.url())
        assert r.stdout == b"hello\n1hello\n0", r
        assert not any("Proxy-Authorization" in h for _, _, h, _ in secure.seen if isinstance(h, dict))


def test_40_socks_asks_for_the_login(tmp_path, origin):
    with Dump(tmp_path, "--mode", "socks5", "--proxyauth", "me:pw") as p:
        with dial(p.port) as c:
            c.sendall(b"\5\1\0")
            assert recv(c, 2) == b"\5\xff"
        r = subprocess.run(["curl", "-sS", "--noproxy", "", "-x", f"socks5h://me:pw@127.0.0.1:{p.port}", origin.url()],
                           stdout=subprocess.PIPE, timeout=DEADLINE)
        assert r.stdout == b"hello\n"


@pytest.fixture
def directory(tmp_path):
    """A directory of OpenLDAP with one user, whose password is "pw"."""
    need("slapd", "slapadd", "ldapwhoami")
    port, db = free_port(), tmp_path / "db"
    db.mkdir()
    conf, ldif = tmp_path / "slapd.conf", tmp_path / "start.ldif"
    conf.write_text("include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\n"
                    f"pidfile {tmp_path}/slapd.pid\ndatabase mdb\nsuffix dc=x\nrootdn cn=root,dc=x\nrootpw secret\ndirectory {db}\n")
    ldif.write_text("dn: dc=x\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: x\n\n"
                    "dn: cn=me,dc=x\nobjectClass: person\ncn: me\nsn: me\nuserPassword: pw\n")
    subprocess.run(["slapadd", "-f", conf, "-l", ldif], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE)
    server = subprocess.Popen(["slapd", "-d", "0", "-f", conf, "-h", f"ldap://127.0.0.1:{port}"])
    try:
        wait_for(lambda: subprocess.run(["ldapwhoami", "-x", "-H", f"ldap://127.0.0.1:{port}"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, timeout=DEADLINE).returncode == 0, "directory")
        yield f"ldap:127.0.0.1:{port}:cn=root,dc=x:secret:dc=x"
    finally:
        server.terminate()
        server.wait(DEADLINE)


def test_40_a_directory_judges(tmp_path, origin, secure, authority, directory):
    with Dump(tmp_path, "--proxyauth", directory, trust=authority.pem) as p:
        for login, code in (("me:pw", b"200"), ("me:no", b"407"), ("*:pw", b"407"), ("me:", b"407"), ("me:pw", b"200")):
            r = curl(p, "-o", "/dev/null", "-w", "%{http_code}", "-U", login, origin.url())
            assert r.stdout == code, (login, r, p.output())
        assert curl(p, "-U", "me:pw", secure.url(), secure.url("/two")).stdout == b"hello\n" * 2
    with Dump(tmp_path, "--mode", "socks5", "--proxyauth", directory) as p:
        for login, status in (("me:pw", 0), ("me:no", 97)):
            r = subprocess.run(["curl", "-sS", "--noproxy", "", "-x", f"socks5h://{login}@127.0.0.1:{p.port}", origin.url()],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=DEADLINE)
            assert (r.returncode, r.stdout) == (status, b"" if status else b"hello\n"), r


@pytest.mark.parametrize("way", ("--http1.1", "--http2-prior-knowledge"))
def test_40_a_silent_directory_stops_nobody(tmp_path, way):
    """Logins wait for it; who has none is answered, and forging goes on."""
    need("curl")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent, Dump(
            tmp_path, "--mode", "reverse:https://127.0.0.1:1", "--set", "connection_strategy=lazy",
            "--proxyauth", f"ldap:127.0.0.1:{silent.getsockname()[1]}:cn=a:b:dc=x") as p:
        base = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--noproxy", "*", "-m", str(DEADLINE)]
        url = f"http://127.0.0.1:{p.port}/"
        slow = [subprocess.Popen([*base, way, "-u", f"{way}{i}:p", url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
                for i in range(12)]
        try:
            silent.settimeout(DEADLINE)
            first = silent.accept()[0]
            for name in ("one.example", "two.example"):
                r = subprocess.run([*base, "--resolve", f"{name}:{p.port}:127.0.0.1", f"https://{name}:{p.port}/"],
                                   stdout=subprocess.PIPE, timeout=DEADLINE)
                assert r.stdout == b"401", (name, r, p.output())
            assert all(c.poll() is None for c in slow)
            first.close()
            silent.close()
            assert {c.communicate(timeout=DEADLINE)[0] for c in slow} == {b"503"}, p.output()
        finally:
            for c in slow:
                c.kill()
                c.communicate()


def test_04_who_has_left_frees_the_server(dump):
    """The client ends before the answer, and is really gone when that comes."""
    gone = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        c = dial(dump.port)
        c.sendall(get(listener.getsockname()[1]))
        far = listener.accept()[0]
        with far:
            far.settimeout(DEADLINE)
            assert far.recv(4096).startswith(b"GET ")
            c.close()
            gone.wait(0.2)
            far.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nfirst")
            with contextlib.suppress(ConnectionError):
                assert far.recv(1) == b""
