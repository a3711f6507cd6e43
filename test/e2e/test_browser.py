"""A headless Chromium that trusts the authority."""
import hashlib
import os
import random
import re
import shutil
import subprocess

import pytest

from conftest import DEADLINE, need
from webs import Nginx


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
