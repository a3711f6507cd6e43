"""Scripts of both kinds, each in the three ways there are: on live traffic, on saved flows, and by the key |."""
import os
import subprocess
import time
from pathlib import Path

import pytest

from conftest import DEADLINE, WEIRDUMP, Console, Dump, curl, dump_once, wait_for

TOP = Path(os.environ.get("WEIR_SRCDIR", Path(__file__).parents[2]))
SCRIPTS = TOP / "test/data/scripts"
EXAMPLES = sorted([*SCRIPTS.glob("addons/*.py"), *SCRIPTS.glob("inline/*.py")])
by_name = pytest.mark.parametrize("script", EXAMPLES, ids=lambda p: f"{p.parent.name}-{p.stem}")

CHECK = """import pathlib
wrote = pathlib.Path("wrote").read_text() if pathlib.Path("wrote").exists() else ""
n = 0
def response(flow):
    global n
    n += 1
    f = flow
    assert {expect}
def done():
    pathlib.Path("checked").write_text(str(n))
"""


def check(script, folder, flows):
    """What is not true of what the script promises of the flow in the file."""
    expect = script.read_text().split("# expect: ")[1].strip()
    (folder / "check.py").write_text(CHECK.format(expect=expect))
    (folder / "checked").unlink(missing_ok=True)
    got = dump_once(folder, "-n", "-q", "-r", flows, "-s", "check.py")
    assert got.returncode == 0, got.stdout
    return got.stdout if "Error" in got.stdout or (folder / "checked").read_text() != "1" else ""


def fetch(proxy, origin):
    assert curl(proxy, origin.url("/one")).returncode == 0


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    from conftest import Origin
    folder, origin = tmp_path_factory.mktemp("saved"), Origin()
    with Dump(folder, "-q", "-w", folder / "flows") as p:
        fetch(p, origin)
    origin.close()
    return folder / "flows"


@by_name
def test_live(script, tmp_path, origin):
    with Dump(tmp_path, "-q", "-w", tmp_path / "out", "-s", script) as p:
        fetch(p, origin)
    assert "Traceback" not in p.output(), p.output()
    assert not check(script, tmp_path, tmp_path / "out")


@by_name
def test_saved(script, tmp_path, saved):
    got = dump_once(tmp_path, "-n", "-q", "-r", saved, "-w", "out", "-s", script)
    assert got.returncode == 0 and "Traceback" not in got.stdout, got.stdout
    assert not check(script, tmp_path, tmp_path / "out")


@by_name
def test_pipe(script, tmp_path, saved):
    """A run ends some time: its flow is saved until it is as promised."""
    tries = []

    def promised():
        out = tmp_path / f"out{len(tries)}"
        c.type(":")
        c.keys("C-u")
        c.type(f"save.file @all {out}\n")
        wait_for(out.exists, "saved")
        tries.append(check(script, tmp_path, out))
        return not tries[-1]
    with Console(tmp_path, "-r", saved, size=(110, 30)) as c:
        c.see("[1/1]")
        c.type("|")
        c.see("script.run @focus")
        c.type(f"{script}\n")
        try:
            wait_for(promised, "the script's promise")
        except AssertionError as e:
            raise AssertionError(f"{e}\n{tries[-1]}\n{c.screen()}") from None
        c.keys("Q")
        assert c.ended() == 0


def test_events_that_do_not_happen(tmp_path, saved):
    """No handler waits in silence for ever."""
    (tmp_path / "quic.py").write_text("def quic_start_client(data): pass\n")
    got = dump_once(tmp_path, "-n", "-r", saved, "-s", "quic.py")
    assert "quic_start_client event does not happen, use tls_start_client instead" in got.stdout


@pytest.mark.parametrize("line, said", [
    ("import mitmproxy.platform", "there is no module mitmproxy.platform here; weir-script(7)"),
    ("from mitmproxy import http; http.Nothing", "there is no mitmproxy.http.Nothing here; weir-script(7)"),
    ("from mitmproxy import nothing", "cannot import name 'nothing' from 'mitmproxy'")])
def test_what_is_not_there(tmp_path, line, said):
    (tmp_path / "wrong.py").write_text(line + "\n")
    got = dump_once(tmp_path, "-n", "-s", "wrong.py")
    assert got.returncode == 1 and said in got.stdout, got.stdout


def test_names():
    """Packages, type stubs and the manual page name the same things."""
    got = subprocess.run([WEIRDUMP, "--python", SCRIPTS / "names.py", TOP / "scripting/python", TOP / "scripting/stubs",
                          TOP / "man/weir-script.7"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE, text=True)
    assert got.returncode == 0 and got.stdout == "", got.stdout


@pytest.mark.parametrize("stuck", ["def done():\n    time.sleep(100)\n", "async def done():\n    await asyncio.sleep(100)\n",
                                   "def request(flow):\n    time.sleep(100)\n"], ids=["done", "async", "request"])
def test_a_script_that_does_not_end(tmp_path, origin, stuck):
    """It is left behind, by name; others have their end, and what was caught is written."""
    (tmp_path / "stuck.py").write_text("import asyncio, time\n" + stuck)
    (tmp_path / "nice.py").write_text("def done():\n    print('nice is done')\n")
    with Dump(tmp_path, "-w", tmp_path / "out", "-s", "nice.py", "-s", "stuck.py") as p:
        if "request" in stuck:
            curl(p, "--max-time", "1", origin.url("/one"))
        else:
            fetch(p, origin)
        since = time.monotonic()
        assert p.stop() == 0
        assert time.monotonic() - since < 8
    assert "stuck.py does not end; it is left behind" in p.output(), p.output()
    assert ("nice is done" in p.output()) == ("request" not in stuck)
    assert (tmp_path / "out").stat().st_size > 0
