"""Scripts choose the upstream proxy of each request: three weirdumps stand for such proxies, and say who they are by a header that they
add to answers."""
import contextlib
import re

import pytest
from conftest import Dump, curl

# Of today, in the words of the reference's example.
TODAY = """
from mitmproxy.connection import Server
from mitmproxy.net.server_spec import ServerSpec
PORTS = {"one": %d, "two": %d}

def %s(flow):
    name = flow.request.query.get("by", "")
    if name == "none":
        flow.server_conn = Server(address=flow.server_conn.address)
    elif name:
        if flow.server_conn.timestamp_start is not None:
            flow.server_conn = Server(address=flow.server_conn.address)
        flow.server_conn.via = ServerSpec(("http", ("127.0.0.1", PORTS[name])))

def response(flow):
    via = flow.server_conn.via
    flow.response.headers["via-was"] = str(via and via[1][1])
"""

# Of the years before, as that one was then.
INLINE = """
from libmproxy.protocol.http import send_connect_request
PORTS = {"one": %d, "two": %d}

def %s(context, flow):
    name = (flow.request.get_query()["by"] or [""])[0]
    if flow.live and name:
        changed = flow.live.change_server(("127.0.0.1", PORTS[name]), persistent_change=flow.request.path.startswith("/stays"))
        if flow.request.scheme == "https" and changed:
            send_connect_request(flow.live.c.server_conn, flow.request.host, flow.request.port)
            flow.live.c.establish_ssl(server=True)
"""


@contextlib.contextmanager
def proxies(folder, authority, *args):
    """zero, one and two; and a file of the authorities that all trust."""
    with contextlib.ExitStack() as stack:
        made, trust = [], folder / "trust.pem"
        for name in ("zero", "one", "two"):
            (folder / name).mkdir()
            made.append(stack.enter_context(Dump(folder / name, "--set", f"modify_headers=/~s/by/{name}", *args, trust=authority.pem)))
        trust.write_bytes(b"".join(f.read_bytes() for f in (authority.pem, *(p.ca for p in made))))
        yield made, trust


def by(got):
    """The proxies that answers have come through, "-" for none."""
    assert got.returncode == 0, got.stderr
    heads = re.findall(r"^HTTP/\S+ 200.*?^\r?$", got.stdout.decode("latin-1"), re.M | re.S)
    return [(re.findall(r"^by: (\w+)", h, re.M | re.I) or ["-"])[0] for h in heads]


NAMES = ["", "one", "two", "two", "one", "none", ""]
BY = ["zero", "one", "two", "two", "one", "-", "zero"]


@pytest.mark.parametrize("where, http", [("clear", "--http1.1"), ("tls", "--http1.1"), ("tls", "--http2"), ("tunnel", "--http1.1")])
@pytest.mark.parametrize("hook", ["request", "requestheaders"])
@pytest.mark.parametrize("strategy", ["eager", "lazy"])
def test_each_request(tmp_path, authority, origin, secure, hook, where, http, strategy):
    """One connection of a client, requests by turns: none gets the way of another."""
    with proxies(tmp_path, authority) as ((zero, one, two), trust):
        (tmp_path / "via.py").write_text(TODAY % (one.port, two.port, hook))
        with Dump(tmp_path, "--mode", f"upstream:{zero.url}", "--set", f"connection_strategy={strategy}", "-s", "via.py",
                  trust=trust) as p:
            o = secure if where == "tls" else origin
            got = curl(p, "-i", "--suppress-connect-headers", http, *["--proxytunnel"] * (where == "tunnel"),
                       *[o.url(f"/one?by={n}") for n in NAMES])
            assert by(got) == BY, (got.stdout, p.output())
            ports = {"zero": zero.port, "one": one.port, "two": two.port, "-": None}
            assert re.findall(r"^via-was: (\w+)", got.stdout.decode(), re.M | re.I) == [str(ports[n]) for n in BY]


@pytest.mark.parametrize("http", ["--http1.1", "--http2"])
def test_without_upstream_mode(tmp_path, authority, origin, secure, http):
    """In the mode regular a request goes by a proxy when a script says so."""
    with proxies(tmp_path, authority) as ((_, one, two), trust):
        (tmp_path / "via.py").write_text(TODAY % (one.port, two.port, "request"))
        with Dump(tmp_path, "-s", "via.py", trust=trust) as p:
            for o in (secure,) if http == "--http2" else (origin, secure):
                got = curl(p, "-i", "--suppress-connect-headers", http, *[o.url(f"/one?by={n}") for n in NAMES])
                assert by(got) == [n.replace("zero", "-") for n in BY], (got.stdout, p.output())


@pytest.mark.parametrize("event", ["http_connect", "server_connect", "clientconnect", "serverconnect"])
def test_each_connection(tmp_path, authority, secure, event):
    """What is said before there is a connection is for all of it."""
    how = {"http_connect": "flow): flow.server_conn", "server_connect": "data): data.server"}.get(event, "context, h): h")
    with proxies(tmp_path, authority) as ((zero, one, _), trust):
        (tmp_path / "via.py").write_text(f"def {event}({how}" + (
            f".set_server_address(('127.0.0.1', {one.port}))\n" if "h): h" in how else f".via = ('http', ('127.0.0.1', {one.port}))\n"))
        with Dump(tmp_path, "--mode", f"upstream:{zero.url}", "-s", "via.py", trust=trust) as p:
            got = curl(p, "-i", "--suppress-connect-headers", secure.url("/one"), secure.url("/two"))
            assert by(got) == ["one", "one"], p.output()


@pytest.mark.parametrize("where, http", [("clear", "--http1.1"), ("tls", "--http1.1"), ("tls", "--http2")])
def test_inline(tmp_path, authority, origin, secure, where, http):
    """For one request, and with persistent_change for those that follow on the connection."""
    with proxies(tmp_path, authority) as ((zero, one, two), trust):
        (tmp_path / "via.py").write_text(INLINE % (one.port, two.port, "request"))
        with Dump(tmp_path, "--mode", f"upstream:{zero.url}", "-s", "via.py", trust=trust) as p:
            o = secure if where == "tls" else origin
            paths = ["/one", "/one?by=one", "/one", "/stays?by=two", "/one", "/one?by=one", "/one"]
            got = curl(p, "-i", "--suppress-connect-headers", http, *map(o.url, paths))
            assert by(got) == ["zero", "one", "zero", "two", "two", "one", "two"], (got.stdout, p.output())


def test_login(tmp_path, authority, origin):
    """upstream_auth is for proxies, and these do not pass it on: no origin gets it, whatever a script chooses."""
    with proxies(tmp_path, authority, "--proxyauth", "u:p") as ((zero, one, two), trust):
        (tmp_path / "via.py").write_text(TODAY % (one.port, two.port, "request"))
        with Dump(tmp_path, "--mode", f"upstream:{zero.url}", "--set", "upstream_auth=u:p", "-s", "via.py", trust=trust) as p:
            assert by(curl(p, "-i", *[origin.url(f"/one?by={n}") for n in ("one", "none")])) == ["one", "-"]
    assert len(origin.seen) == 2 and all("Proxy-Authorization" not in head for _, _, head, _ in origin.seen), origin.seen


@pytest.mark.parametrize("via", ["'here'", "('ftp', ('a', 1))", "('http', ('a', 0))", "('http', 'a')"])
def test_nonsense(tmp_path, origin, via):
    """The script's own line is named, and the request goes on as it would."""
    (tmp_path / "via.py").write_text(f"def request(flow):\n    flow.server_conn.via = {via}\n")
    with Dump(tmp_path, "-s", "via.py") as p:
        assert by(curl(p, "-i", origin.url("/one"))) == ["-"]
        p.sees('an upstream proxy is ("http" or "https", (host, port))')
        assert "via.py\", line 2" in p.output()
