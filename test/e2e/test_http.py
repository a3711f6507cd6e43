"""Plain and intercepted HTTP with the clients that people use."""
import concurrent.futures
import json
import socket

import pytest
from conftest import DEADLINE, curl


def test_curl_http(dump, origin):
    assert curl(dump, origin.url("/a?b=1")).stdout == b"hello\n"
    dump.sees(f"GET {origin.url('/a?b=1')}")
    dump.sees("<< 200 OK 6b")


def test_curl_https(dump, secure):
    r = curl(dump, secure.url("/s"))
    assert r.stdout == b"hello\n", r.stderr
    dump.sees(f"GET {secure.url('/s')}")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_bodies_both_ways(dump, origin, secure, scheme, tmp_path):
    o = origin if scheme == "http" else secure
    big = tmp_path / "big"
    big.write_bytes(b"0123456789abcdef" * 65536)
    r = curl(dump, "-T", big, "-H", "Transfer-Encoding: chunked", o.url("/echo"))
    assert len(json.loads(r.stdout)["body"]) == 1 << 20
    assert curl(dump, o.url(f"/bytes?n={1 << 22}")).stdout == b"0123456789abcdef" * (1 << 18)
    assert curl(dump, "--compressed", o.url("/gzip")).stdout == b"squeezed " * 100


def test_head_and_status(dump, origin):
    r = curl(dump, "-I", origin.url("/x?status=204"))
    assert r.stdout.startswith(b"HTTP/1.1 204")
    assert curl(dump, "-o", "/dev/null", "-w", "%{http_code}", origin.url("/x?status=418")).stdout == b"418"


def test_requests(dump, secure, origin):
    requests = pytest.importorskip("requests")
    with requests.Session() as s:
        s.trust_env = False
        s.proxies = {"http": dump.url, "https": dump.url}
        s.verify = str(dump.ca)
        assert s.get(secure.url("/r"), timeout=DEADLINE).text == "hello\n"
        assert s.post(origin.url("/echo"), data={"a": "1"}, timeout=DEADLINE).json()["body"] == "a=1"


def test_httpx(dump, secure):
    httpx = pytest.importorskip("httpx")
    with httpx.Client(proxies=dump.url, verify=str(dump.ca), trust_env=False, timeout=DEADLINE) as c:
        assert c.get(secure.url("/x")).text == "hello\n"


def test_events_stream(dump, origin):
    """What the origin sends arrives before it has said all."""
    with socket.create_connection(("127.0.0.1", dump.port), DEADLINE) as c:
        c.sendall(f"GET {origin.url('/drip')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        got = b""
        while b"part" not in got:
            piece = c.recv(4096)
            assert piece
            got += piece
        assert not got.endswith(b"0\r\n\r\n")
        origin.gate.set()
        while not got.endswith(b"0\r\n\r\n"):
            piece = c.recv(4096)
            assert piece
            got += piece


def test_connection_is_reused(dump, secure):
    r = curl(dump, "-w", "%{num_connects}\n", secure.url("/1"), secure.url("/2"), secure.url("/3"))
    assert r.stdout == b"hello\n1\nhello\n0\nhello\n0\n" or r.stdout == b"hello\n2\nhello\n0\nhello\n0\n"


def test_many_at_once(dump, origin, secure):
    """Shards, workers and main under load: each answer is the right one."""
    def ask(i):
        o = secure if i % 3 == 0 else origin
        return json.loads(curl(dump, o.url(f"/echo?i={i}")).stdout)["path"] == f"/echo?i={i}"
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        assert all(pool.map(ask, range(90)))


def test_dead_origin(dump):
    from conftest import free_port
    r = curl(dump, "-w", "%{http_code}", f"http://127.0.0.1:{free_port()}/")
    assert r.stdout.endswith(b"502") and b"127.0.0.1" in r.stdout
