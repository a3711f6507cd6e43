"""The forged certificates, judged by others."""
import re
import socket
import ssl
import subprocess

import pytest
from conftest import DEADLINE, Dump, curl, need


def test_openssl_verifies(dump, secure):
    need("openssl")
    r = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{secure.port}", "-proxy", f"127.0.0.1:{dump.port}", "-CAfile", dump.ca,
                        "-x509_strict", "-verify_return_error", "-verify_hostname", "localhost", "-servername", "localhost"],
                       input=b"", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE)
    assert b"Verify return code: 0 (ok)" in r.stdout, r.stdout


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_python_strict(dump, secure, version):
    context = ssl.create_default_context(cafile=dump.ca)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", dump.port), DEADLINE) as c:
        c.sendall(b"CONNECT localhost:%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % secure.port)
        assert c.recv(4096).startswith(b"HTTP/1.1 200")
        with context.wrap_socket(c, server_hostname="localhost") as t:
            assert t.version() == ("TLSv1.2" if version == ssl.TLSVersion.TLSv1_2 else "TLSv1.3")
            assert ("DNS", "localhost") in t.getpeercert()["subjectAltName"]


def test_stranger_is_refused(tmp_path, secure):
    """An origin that nobody vouches for is a 502 that says why; -k passes it."""
    with Dump(tmp_path) as p:
        r = curl(p, "-w", "%{http_code}", secure.url())
        assert r.stdout.endswith(b"502") and re.search(rb"(?i)certificate", r.stdout), r
    with Dump(tmp_path, "-k") as p:
        assert curl(p, secure.url()).stdout == b"hello\n"


def test_same_authority_after_restart(tmp_path):
    seen = []
    for _ in (0, 1):
        with Dump(tmp_path) as p:
            seen.append(p.ca.read_bytes())
            assert (p.conf / "weir-ca.pem").stat().st_mode & 0o777 == 0o600
    assert seen[0] == seen[1]


def test_onboarding(dump):
    page = curl(dump, "http://weir.it/").stdout
    assert b"/cert/pem" in page and b"Firefox" in page
    assert curl(dump, "http://mitm.it/cert/pem").stdout == dump.ca.read_bytes()


def test_authority_over_https(dump):
    assert b"/cert/pem" in curl(dump, "https://weir.it/").stdout
