"""Programs that people use, through the proxy, against servers of our own; what arrives is what a direct run gets."""
import hashlib
import http.server
import os
import ssl
import subprocess
import threading

import pytest

from conftest import Dump, need


class Git(http.server.BaseHTTPRequestHandler):
    """git http-backend, as a web server would run it."""

    def log_message(self, *args):
        pass

    def run(self):
        path, _, query = self.path.partition("?")
        env = {**os.environ, "GIT_PROJECT_ROOT": str(self.server.repos), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
               "QUERY_STRING": query, "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("content-type", ""),
               "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
               "GIT_PROTOCOL": self.headers.get("git-protocol", "")}
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        out = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE).stdout
        head, _, page = out.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        self.send_response(next((int(v.split()[0]) for k, v in fields if k == "Status"), 200))
        for k, v in fields:
            self.send_header(k, v)
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST = run


@pytest.fixture
def forge(tmp_path, authority):
    """The URL of an empty repository that takes pushes, over https."""
    need("git")
    repo = tmp_path / "repos" / "r.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repo)], check=True)
    subprocess.run(["git", "-C", str(repo), "config", "http.receivepack", "true"], check=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Git)
    server.repos = repo.parent
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority.leaf("localhost"))
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_address[1]}/r.git"
    server.shutdown()
    server.server_close()
    thread.join()


def test_git(tmp_path, authority, forge):
    """Push and clone over https: packs go both ways."""
    with Dump(tmp_path, trust=authority.pem) as p:
        env = {**os.environ, "https_proxy": f"http://127.0.0.1:{p.port}", "no_proxy": "", "GIT_SSL_CAINFO": str(p.ca),
               "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@a.test",
               "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@a.test", "GIT_TERMINAL_PROMPT": "0"}

        def git(*args, cwd=tmp_path):
            r = subprocess.run(["git", *args], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert r.returncode == 0, r.stdout
            return r.stdout.strip()
        mine = tmp_path / "mine"
        git("init", "-q", "-b", "main", str(mine))
        for n in range(20):
            (mine / f"file{n}").write_bytes(os.urandom(20000))
        git("add", ".", cwd=mine)
        git("commit", "-q", "-m", "all", cwd=mine)
        git("push", "-q", forge, "main", cwd=mine)
        git("clone", "-q", forge, "yours")
        assert git("rev-parse", "HEAD", cwd=tmp_path / "yours") == git("rev-parse", "HEAD", cwd=mine)
        assert git("fsck", "--strict", cwd=tmp_path / "yours") is not None
        p.sees("git-receive-pack")
        p.sees("git-upload-pack")


def test_wget_goes_on_where_it_broke(tmp_path, origin):
    """Range requests: the second half comes by a request of its own."""
    need("wget")
    with Dump(tmp_path) as p:
        env = {**os.environ, "http_proxy": f"http://127.0.0.1:{p.port}", "no_proxy": ""}
        get = ["wget", "-q", "-c", "-O", str(tmp_path / "got"), origin.url("/bytes?n=1048576")]
        want = b"0123456789abcdef" * 65536
        (tmp_path / "got").write_bytes(want[:500000])
        subprocess.run(get, env=env, check=True, timeout=20)
        got = (tmp_path / "got").read_bytes()
        assert hashlib.sha256(got).digest() == hashlib.sha256(want).digest()
        p.sees("206 Partial Content")
