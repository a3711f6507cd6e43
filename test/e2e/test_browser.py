"""A headless Chromium that trusts the authority."""
import hashlib
import os
import random
import re
import shutil
import subprocess
import threading

import pytest

from conftest import DEADLINE, need
from webs import Nginx
from wsframes import Agreed, Echo
from wsways import Server, accept


def browse(home, url, trusted, *options):
    """The page when its scripts have run."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("not installed: chromium")
    need("certutil")
    db = home / ".pki" / "nssdb"
    db.mkdir(parents=True)
    subprocess.run(["certutil", "-d", f"sql:{db}", "-N", "--empty-password"], check=True)
    subprocess.run(["certutil", "-d", f"sql:{db}", "-A", "-t", "C,,", "-n", "test", "-i", trusted], check=True)
    r = subprocess.run([browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={home}/profile",
                        "--proxy-bypass-list=<-loopback>", *options, "--dump-dom", url], env={**os.environ, "HOME": str(home)},
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=4 * DEADLINE)
    assert r.returncode == 0, r.stderr[-2000:]
    return r.stdout.decode()


def test_page(dump, secure, tmp_path):
    page = browse(tmp_path / "home", secure.url("/page"), dump.ca, f"--proxy-server=127.0.0.1:{dump.port}", "--virtual-time-budget=5000")
    assert ">after<" in page, page
    dump.sees("/page")


PARTS = 300
# Everything is asked for at once; what came is told by its sums, and how by the version of HTTP.
PAGE = """<!DOCTYPE html><html><body><pre id=out>waiting</pre><script>
const hex = b => Array.from(new Uint8Array(b), x => x.toString(16).padStart(2, "0")).join("");
async function part(n) {
  const body = await (await fetch("/part" + n)).arrayBuffer();
  return n + " " + hex(await crypto.subtle.digest("SHA-256", body));
}
Promise.all(Array.from({length: %d}, (_, n) => part(n))).then(lines => {
  const spoken = new Set(performance.getEntriesByType("resource").map(e => e.nextHopProtocol));
  document.getElementById("out").textContent = lines.join("\\n") + "\\nby " + [...spoken].join(" ");
}, e => document.getElementById("out").textContent = "failed: " + e);
</script></body></html>""" % PARTS


def test_page_of_many_parts(dump, authority, tmp_path):
    """Hundreds of parts of one page over HTTP/2, with us and without us."""
    site, folder = tmp_path / "site", tmp_path / "nginx"
    site.mkdir()
    folder.mkdir()
    (site / "index.html").write_text(PAGE)
    for n in range(PARTS):
        (site / f"part{n}").write_bytes(random.Random(n).randbytes((n % 7) ** 6 + n))
    want = [f"{n} {hashlib.sha256((site / f'part{n}').read_bytes()).hexdigest()}" for n in range(PARTS)]
    budget = f"--virtual-time-budget={int(DEADLINE * 1000)}"
    with Nginx(folder, site, authority.leaf("localhost")) as nginx:
        url = f"https://localhost:{nginx.tls}/index.html"
        direct = browse(tmp_path / "direct", url, authority.pem, budget)
        through = browse(tmp_path / "through", url, dump.ca, budget, f"--proxy-server=127.0.0.1:{dump.port}")
        for page in direct, through:
            out = re.search("<pre[^>]*>(.*)</pre>", page, re.DOTALL)[1].split("\n")
            assert out == [*want, "by h2"]
        assert nginx.versions() == {"HTTP/2.0"}
    for n in range(PARTS):
        dump.sees(f"/part{n} HTTP/2.0")


# The page is not loaded as long as its picture is not.
TALK = """<!DOCTYPE html><html><body><pre id=out>waiting</pre><img src="/hold"><script>
const ws = new WebSocket("wss://" + location.host + "/ws"), said = [], heard = [];
ws.binaryType = "arraybuffer";
ws.onopen = () => {
  for (let n = 0; n < 100; n++) said.push("w\\u00e9ir ".repeat(n * n));
  for (const s of said) { ws.send(s); ws.send(new TextEncoder().encode(s)); }
};
ws.onmessage = e => {
  heard.push(typeof e.data == "string" ? e.data : new TextDecoder().decode(e.data));
  if (heard.length == 2 * said.length) ws.close(4321, "enough");
};
ws.onclose = e => {
  const same = said.every((s, n) => heard[2 * n] === s && heard[2 * n + 1] === s);
  document.getElementById("out").textContent = [heard.length, same, ws.extensions, e.code, e.reason, e.wasClean].join(" ");
  fetch("/done");
};
</script></body></html>"""
BEHIND = "location ~ ^/(ws|hold|done)$ {{ proxy_pass http://127.0.0.1:{}; proxy_http_version 1.1; proxy_read_timeout 600s; " \
         "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; }}"


def answer(server, came):
    """The WebSocket, and the picture when it is over."""
    held = []
    while True:
        end, lines = server.came.get()
        path = lines[0].split()[1]
        came[path] = lines
        if path == "/ws":
            Echo(accept(end.stream, lines, Agreed()))
        else:
            held.append(end)
        if "/done" in came:
            while held:
                held.pop().stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_websocket_within_http2(dump, authority, tmp_path):
    """With us a browser speaks WebSocket on its connection of HTTP/2 (RFC 8441); nginx has it in HTTP/1."""
    site, folder, server = tmp_path / "site", tmp_path / "nginx", Server()
    site.mkdir()
    folder.mkdir()
    (site / "index.html").write_text(TALK)
    came = {}
    threading.Thread(target=answer, args=(server, came), daemon=True).start()
    with Nginx(folder, site, authority.leaf("localhost"), more=BEHIND.format(server.port)) as nginx:
        page = browse(tmp_path / "home", f"https://localhost:{nginx.tls}/index.html", dump.ca, f"--proxy-server=127.0.0.1:{dump.port}")
    assert ">200 true permessage-deflate 4321 enough true</pre>" in page, page
    assert any(line.startswith("origin: ") for line in came["/ws"]), came["/ws"]     # small letters: HTTP/2
    dump.sees("WebSocket connection closed by client: 4321 enough")
    server.close()
