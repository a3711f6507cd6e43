"""A headless Chromium that trusts the authority."""
import os
import shutil
import subprocess

import pytest
from conftest import DEADLINE, need


def test_page(dump, secure, tmp_path):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("not installed: chromium")
    need("certutil")
    home = tmp_path / "home"
    db = home / ".pki" / "nssdb"
    db.mkdir(parents=True)
    subprocess.run(["certutil", "-d", f"sql:{db}", "-N", "--empty-password"], check=True)
    subprocess.run(["certutil", "-d", f"sql:{db}", "-A", "-t", "C,,", "-n", "weir", "-i", dump.ca], check=True)
    r = subprocess.run([browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={home}/profile",
                        "--proxy-bypass-list=<-loopback>", f"--proxy-server=127.0.0.1:{dump.port}", "--virtual-time-budget=5000", "--dump-dom",
                        secure.url("/page")], env={**os.environ, "HOME": str(home)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=4 * DEADLINE)
    assert b">after<" in r.stdout, r.stderr[-2000:]
    dump.sees("/page")
