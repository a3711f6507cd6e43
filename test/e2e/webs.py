"""Web servers of files for the end-to-end tests: one in Python, whose answers a test can make up, and nginx where HTTP/2 is wanted."""
import email.utils
import hashlib
import http.server
import ssl
import subprocess
import threading

from conftest import Server, free_port, listening, need, wait_for


class Files:
    """Files under a folder, with ranges and dates; what `pages` has under a path is called in place of one."""

    def __init__(self, folder, pem=None):
        self.folder, self.pages, self.asked = folder, {}, []
        self.server = Server(("127.0.0.1", 0), type("Handler", (FilesHandler,), {"files": self}))
        self.url = f"{'https' if pem else 'http'}://localhost:{self.server.server_address[1]}"
        if pem:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(pem)
            # A handshake that takes long keeps nobody else waiting.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class FilesHandler(http.server.BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 60

    def log_message(self, *args):
        pass

    def send(self, status, body, **fields):
        self.send_response(status)
        for name, value in {**fields, "Content-Length": str(len(body))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def any(self):
        path, ranges = self.path.partition("?")[0], self.headers.get("range", "")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.files.asked.append((self.command, path, ranges))
        page, file = self.files.pages.get(path), self.files.folder / path.lstrip("/")
        if page is not None:
            kind, text = page(body)
            self.send(200, text, Content_Type=kind)
        elif not file.is_file():
            self.send(404, b"no\n")
        else:
            self.send_file(file, file.read_bytes(), ranges)

    do_GET = do_HEAD = do_POST = do_PUT = any

    def send_file(self, file, whole, ranges):
        facts = {"Last_Modified": email.utils.formatdate(file.stat().st_mtime, usegmt=True), "Accept_Ranges": "bytes",
                 "ETag": f'"{hashlib.sha1(whole).hexdigest()}"', "Content_Type": "application/octet-stream"}
        first, _, last = ranges.removeprefix("bytes=").partition("-")
        if not ranges or "," in ranges:
            self.send(200, whole, **facts)
            return
        at = int(first) if first else max(0, len(whole) - int(last))
        end = min(int(last) + 1 if first and last else len(whole), len(whole))
        if at >= len(whole):
            self.send(416, b"", Content_Range=f"bytes */{len(whole)}")
        else:
            self.send(206, whole[at:end], Content_Range=f"bytes {at}-{end - 1}/{len(whole)}", **facts)


CONF = """daemon off; master_process off; pid nginx.pid; error_log stderr; events {{ worker_connections 500; }}
http {{ default_type application/octet-stream; types {{ text/html html; }}
 client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
 log_format versions "$server_protocol $request_uri $status"; access_log seen.log versions;
 ssl_certificate {pem}; ssl_certificate_key {pem}; http2_max_concurrent_streams 100; root {root};
 server {{ listen {host}:{tls} ssl http2; {more} }} server {{ listen {host}:{clear}; }} }}
"""


class Nginx:
    """nginx: HTTP/2 under TLS and, at a port of its own, HTTP/1 in the clear. `inside` starts it somewhere else, `more` is what TLS's
    side has to know."""

    def __init__(self, folder, root, pem, host="127.0.0.1", inside=(), more=""):
        need("nginx")
        self.tls, self.clear, self.folder = free_port(), free_port(), folder
        (folder / "conf").write_text(CONF.format(pem=pem, root=root, host=host, tls=self.tls, clear=self.clear, more=more))
        with open(folder / "stderr", "wb") as err:
            self.proc = subprocess.Popen([*inside, "nginx", "-p", folder, "-c", "conf", "-e", "stderr"], stdin=subprocess.DEVNULL,
                                         stdout=err, stderr=err)
        if not inside:
            wait_for(lambda: listening(self.clear) or self.proc.poll() is not None, "nginx listens")
        assert self.proc.poll() is None, (folder / "stderr").read_text()

    def versions(self):
        """What it was spoken to in."""
        return {line.split()[0] for line in (self.folder / "seen.log").read_text().splitlines()}

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.proc.terminate()
        self.proc.wait(20)
