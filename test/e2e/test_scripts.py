"""Scripts of all kinds, each in the three ways there are: on live traffic, on saved flows, and by the key |. What a script promises stands
at its end:

    # traffic: KIND     what is sent through (traffic.py; a GET if there is no such line)
    # expect: ...       of f, the flow that this makes, as it is saved in all three ways; `wrote` is the file of that name
    # live: ...         of client, origin (what they got), output() (of the program) and folder (its own), at some time
    # args: ...         for the program, live
    # hears: N          messages that the client of a WebSocket waits for
    # ends: ...         the script ends the program
"""
import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import pytest
from conftest import DEADLINE, WEIRDUMP, Console, Dump, curl, dump_once, free_port, wait_for

from traffic import KINDS

TOP = Path(os.environ.get("WEIR_SRCDIR", Path(__file__).parents[2]))
SCRIPTS = TOP / "test/data/scripts"
PROGRAMS = ["addons/io-read-saved-flows.py", "inline/read_dumpfile.py"]
EXAMPLES = [p for p in sorted(SCRIPTS.glob("*/*.py")) if str(p.relative_to(SCRIPTS)) not in PROGRAMS]
by_name = pytest.mark.parametrize("script", EXAMPLES, ids=lambda p: f"{p.parent.name}-{p.stem}")

CHECK = """import pathlib, sys
from mitmproxy import io
wrote = pathlib.Path("wrote").read_text() if pathlib.Path("wrote").exists() else ""
with open(sys.argv[1], "rb") as file:
    flows = list(io.FlowReader(file).stream())
# Not replays, nor who looked whether somebody listens.
f = next(f for f in flows if f.is_replay is None and getattr(f, "messages", True))
assert {expect}, f"{{f.get_state()}} {{wrote!r}} of {{len(flows)}}"
"""

# Without who looked whether somebody listens.
ONE = """from mitmproxy import io
with open("all", "rb") as file:
    f, = [f for f in io.FlowReader(file).stream() if getattr(f, "messages", True)]
with open("flows", "wb") as file:
    io.FlowWriter(file).add(f)
"""


def promise(script, word):
    """What stands behind a word at the end of a script."""
    return next((line.split(": ", 1)[1] for line in script.read_text().splitlines() if line.startswith(f"# {word}: ")), None)


def check(script, folder, flows):
    """What is not true of what the script promises of the flow in the file."""
    (folder / "check.py").write_text(CHECK.format(expect=promise(script, "expect")))
    got = python(folder, "check.py", flows)
    return got.stdout if got.returncode else ""


def python(folder, *args):
    return subprocess.run([WEIRDUMP, "--python", *map(str, args)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=DEADLINE, text=True)


def fetch(proxy, origin):
    assert curl(proxy, origin.url("/one")).returncode == 0


def traffic(script, folder, authority, *args):
    kind = promise(script, "traffic") or "get"
    return KINDS[kind](folder, args, authority if kind == "tls" else int(promise(script, "hears") or 0))


@pytest.fixture(scope="module")
def saved(tmp_path_factory, authority):
    """Flows of each kind of traffic, without a script."""
    files = {}

    def of(script):
        kind = promise(script, "traffic") or "get"
        if kind not in files:
            folder = tmp_path_factory.mktemp(kind)
            with KINDS[kind](folder, ("-q", "-w", folder / "all"), authority if kind == "tls" else 2):
                pass
            (folder / "one.py").write_text(ONE)
            assert python(folder, "one.py").returncode == 0
            files[kind] = folder / "flows"
        return files[kind]
    return of


@by_name
def test_live(script, tmp_path, authority):
    live, args, said = promise(script, "live") or "True", shlex.split(promise(script, "args") or ""), []
    with traffic(script, tmp_path, authority, *args, "-w", tmp_path / "out", "-s", script) as (p, client, origin):
        facts = {"client": client, "origin": origin, "output": p.output, "folder": tmp_path}
        try:
            wait_for(lambda: eval(live, facts), live)
        except AssertionError as e:
            raise AssertionError(f"{e}\n{client}\n{origin}\n{p.output()}") from None
        if promise(script, "ends"):
            wait_for(lambda: p.proc.poll() is not None, "the end of the program")
    assert "Traceback" not in p.output(), p.output()
    assert not check(script, tmp_path, tmp_path / "out")


@by_name
def test_saved(script, tmp_path, saved):
    got = dump_once(tmp_path, "-n", "-q", "-r", saved(script), "-w", "out", "-s", script)
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
    with Console(tmp_path, "-r", saved(script), size=(110, 30)) as c:
        c.see("[1/1]")
        c.type("|")
        c.see("script.run @focus")
        c.type(f"{script}\n")
        if promise(script, "ends"):
            assert c.ended() == 0
            return
        try:
            wait_for(promised, "the script's promise")
        except AssertionError as e:
            raise AssertionError(f"{e}\n{tries[-1]}\n{c.screen()}") from None
        c.keys("Q")
        assert c.ended() == 0


def test_result_of_a_command(tmp_path):
    """Rows and columns in a box, as they are, and a list line by line."""
    (tmp_path / "shows.py").write_text("""from mitmproxy import command
@command.command("my.table")
def table() -> list: return [{"name": "one", "n": 1}, {"name": "two", "n": 2}]
@command.command("my.list")
def lines() -> list: return ["three", "four"]
""")
    with Console(tmp_path, "-s", "shows.py") as c:
        for name, lines in (("table", ["name | n", "one | 1", "two | 2"]), ("list", ["three", "four"])):
            c.type(f":my.{name}\n")
            screen = c.see(lines[-1])
            rows = [next(i for i, row in enumerate(screen.splitlines()) if line in row) for line in lines]
            assert rows == list(range(rows[0], rows[0] + len(rows))) and f"my.{name}" in screen, screen
            c.keys("q")
        c.keys("Q")
        assert c.ended() == 0


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(program, tmp_path, saved):
    """Those that read a flow file by themselves."""
    flows = saved(SCRIPTS / "inline/add_header.py")
    got = python(tmp_path, SCRIPTS / program, flows.with_name("all"))
    assert got.returncode == 0 and "localhost" in got.stdout and "b'hello\\n'" in got.stdout, got.stdout
    (tmp_path / "torn").write_bytes(flows.read_bytes()[:-50])
    got = python(tmp_path, SCRIPTS / program, "torn")
    assert got.returncode == 0 and "Flow file corrupted" in got.stdout, got.stdout


def test_events_that_do_not_happen(tmp_path, saved):
    """No handler waits in silence for ever."""
    (tmp_path / "quic.py").write_text("def quic_start_client(data): pass\n")
    got = dump_once(tmp_path, "-n", "-r", saved, "-s", "quic.py")
    assert "quic_start_client event does not happen, use tls_start_client instead" in got.stdout


@pytest.mark.parametrize("line, said", [
    ("import mitmproxy.platform", "there is no module mitmproxy.platform here; use --mode transparent (weir-script(7)"),
    ("import mitmproxy.proxy.protocol.tls", "there is no module mitmproxy.proxy.protocol here; use mitmproxy.proxy.layers"),
    ("from mitmproxy.proxy.protocol import TlsLayer", "there is no module mitmproxy.proxy.protocol here; use mitmproxy.proxy.layers"),
    ("from mitmproxy import http; http.Nothing", "there is no mitmproxy.http.Nothing here; weir-script(7)"),
    ("from mitmproxy import http; http.Responce", "there is no mitmproxy.http.Responce here; use Response"),
    ("from mitmproxy.http import Responce", "there is no mitmproxy.http.Responce here; use Response"),
    ("from mitmproxy.websocket import WebSocketFlow", "there is no mitmproxy.websocket.WebSocketFlow here; use mitmproxy.http.HTTPFlow"),
    ("from mitmproxy import nothing", "there is no module mitmproxy.nothing here; weir-script(7)"),
    ("import mitmproxy; mitmproxy.nothing", "there is no mitmproxy.nothing here; weir-script(7)"),
    ("import mitmproxy.http.nothing", "there is no mitmproxy.http.nothing here; weir-script(7)"),
    ("from mitmproxy.contentviews.json import ViewJSON", "there is no module mitmproxy.contentviews.json here; use mitmproxy.contentviews.Con"),
    ("from mitmproxy.net.http import http1; http1.read.read_body", "there is no mitmproxy.net.http.http1.read.read_body here; use read_re"),
    ("from mitmproxy.net.tls import Version", "there is no mitmproxy.net.tls.Version here; use the options whose names"),
    ("import mitmproxy.proxy.layers.quic", "there is no module mitmproxy.proxy.layers.quic here; use mitmproxy.proxy.layers.tcp"),
    ("from mitmproxy.proxy.layers import modes; modes.HttpProxy(None)", "modes are chosen with --mode"),
    ("from mitmproxy.http import make_error_response", "there is no mitmproxy.http.make_error_response here; use Response.make()"),
    ("from mitmproxy.proxy.mode_specs import WireGuardMode", "there is no mitmproxy.proxy.mode_specs.WireGuardMode here; use RegularMode,"),
    ("from mitmproxy.proxy.layers.websocket import WebSocketMessageInjected", "here; use the command inject.websocket"),
    ("from netlib.http import nothing", "there is no module netlib.http.nothing here; use netlib.http.Headers"),
    ("from libmproxy.flow import State; State().index", "there is no State.index here; use ctx.master.view"),
    ("from mitmproxy.addons import serverplayback", "there is no module mitmproxy.addons.serverplayback here; use the options whose names"),
    ("from mitmproxy.tools.console import overlay", "there is no module mitmproxy.tools.console.overlay here; use ctx.master.commands"),
    ("from mitmproxy import ctx; ctx.master.overlay", "there is no Master.overlay here; use commands: those whose names begin"),
    ("from mitmproxy.utils import vt_codes", "there is no module mitmproxy.utils.vt_codes here; use print()"),
    ("import netlib.http_auth", "there is no module netlib.http_auth here; use --proxyauth"),
    ("from libmproxy.flow import Response", "there is no libmproxy.flow.Response here; use libmproxy.protocol.http.HTTPResponse"),
    ("from libmproxy.proxy.primitives import ReverseProxyMode", "there is no libmproxy.proxy.primitives.ReverseProxyMode here; use -R"),
    ("from mitmproxy.addons import proxyserver", "there is no module mitmproxy.addons.proxyserver here; use ctx.options and"),
    ("import libmproxy.nothing", "there is no module libmproxy.nothing here; weir-script(7)"),
    ("from libmproxy.proxy.server import ProxyServer", "there is no libmproxy.proxy.server.ProxyServer here; use weirdump -s SCRIPT"),
    ("from netlib import nothing", "there is no module netlib.nothing here; weir-script(7)"),
    ("from mitmproxy import ctx; ctx.master.state", "there is no Master.state here; use view"),
    ("from mitmproxy import ctx; ctx.options.anticahce", "No such option: anticahce; did you mean anticache?"),
    ("from mitmproxy import ctx; ctx.options.zzz = 1", "No such option: zzz; weirdump --options lists them"),
    ("from mitmproxy.test import tflow; tflow.tflow().reply.kill()", "there is no HTTPFlow.reply here; use flow.response"),
    ("from mitmproxy.test import tflow; tflow.tflow().request.get_query()", "there is no Request.get_query here; use query ("),
    ("from mitmproxy.test import tflow; tflow.tflow(resp=True).response.code", "there is no Response.code here; use status_code ("),
    ("from mitmproxy.test import tflow; tflow.tflow().client_conn.ssl_established", "there is no Client.ssl_established here; use tls_est"),
    ("from mitmproxy.test import tflow; tflow.tflow().client_conn.peernam", "there is no Client.peernam here; use peername ("),
    ("from mitmproxy import ctx; ctx.master.commands.call('flow.makr', [])", "flow.makr")])
def test_what_is_not_there(tmp_path, line, said):
    (tmp_path / "wrong.py").write_text(line + "\n" if "ctx" not in line else f"def load(loader): {line}\n".replace(
        "load(loader): from", "load(loader):\n    from"))
    got = dump_once(tmp_path, "-n", "-s", "wrong.py")
    assert got.returncode == 1 and said in got.stdout, got.stdout


def test_names(tmp_path):
    """Packages, type stubs and the manual page name the same things."""
    got = python(tmp_path, SCRIPTS / "names.py", TOP / "scripting/python", TOP / "scripting/stubs", TOP / "man/weir-script.7")
    assert got.returncode == 0 and got.stdout == "", got.stdout


@pytest.mark.parametrize("table", ["classic", "library", "parts"])
def test_library(tmp_path, table):
    got = python(tmp_path, SCRIPTS / f"{table}.py")
    assert got.returncode == 0 and got.stdout == "", got.stdout


PRINTS = """import sys

def response(flow):
    print("path", flow.request.path)
    sys.stdout.buffer.write(b"\\xff\\n")
    print("no end", file=sys.stderr, end="")
"""


def test_what_is_printed_is_theirs(tmp_path):
    """Standard output has what scripts print as it is, with -q and --set termlog_verbosity=error, too; who has read enough ends it."""
    (tmp_path / "prints.py").write_text(PRINTS)
    flows = TOP / "test/data/flows/17.mitm"
    run = [WEIRDUMP, "--set", f"confdir={tmp_path / 'conf'}", "-n", "-s", "prints.py", "-r", flows]
    quiet = subprocess.run([*run, "-q"], cwd=tmp_path, capture_output=True, timeout=DEADLINE)
    said = quiet.stdout.splitlines()
    assert said[0] == b"path /path" and said[1::2] == [b"\xff"] * (len(said) // 2), quiet
    assert quiet.stderr == b"no end" * (len(said) // 2), quiet
    loud = subprocess.run(run, cwd=tmp_path, capture_output=True, timeout=DEADLINE)
    assert loud.stdout.index(b"path /changed") < loud.stdout.index(b"GET http://address:22/changed"), loud
    (tmp_path / "endless.py").write_text("import asyncio\nasync def go():\n    while True:\n"
                                         "        print('on and on')\n        await asyncio.sleep(0.01)\n\n\n"
                                         "def running():\n    asyncio.ensure_future(go())\n")
    line = shlex.join(map(str, [*run[:3], "-q", "-p", free_port(), "-s", "endless.py"]))
    endless = subprocess.run(f"{line} | head -1", cwd=tmp_path, shell=True, capture_output=True, timeout=DEADLINE)
    assert endless.stdout == b"on and on\n" and endless.stderr == b"", endless


LEFTOVERS = """import atexit
import logging
import os
import sys
import threading
import time

os.set_blocking(1, False)
last = threading.Thread(target=lambda: (time.sleep(0.2), print("last", end=" ")))


def running():
    print("unpaired", end=" ")
    print("\\ud800", end=" ")
    print("x" * 300000)
    many = [threading.Thread(target=print, args=(c * 300000,)) for c in "ab"]
    for t in many:
        t.start()
    for t in many:
        t.join()
    worker = threading.Thread(target=print, args=("worker",), kwargs={"end": " "})
    worker.start()
    worker.join()
    logging.warning("not told with -q, and nothing that the child waits for")
    if os.fork() == 0:
        print("child")
        os._exit(0)
    os.wait()


def done():
    last.start()
    print("done", end=" ")


atexit.register(lambda: print("over", end=" "))
"""


def test_nothing_printed_is_lost(tmp_path):
    """Not what threads that are over left without an end, nor what a slow reader of a descriptor that does not wait takes later."""
    (tmp_path / "leftovers.py").write_text(LEFTOVERS)
    flows = TOP / "test/data/flows/17.mitm"
    line = shlex.join(map(str, [WEIRDUMP, "--set", f"confdir={tmp_path / 'conf'}", "-nq", "-s", "leftovers.py", "-r", flows]))
    got = subprocess.run(f"{line} | (sleep 1; cat)", cwd=tmp_path, shell=True, capture_output=True, timeout=DEADLINE)
    first, *long, child, rest = got.stdout.decode().split("\n")
    assert got.stderr == b"" and first == "unpaired \\ud800 " + "x" * 300000, (got.stderr, first[:50])
    assert sorted(long) == [c * 300000 for c in "ab"], [(x[:5], len(x)) for x in long]
    assert child == "child" and sorted(rest.split()) == ["done", "last", "over", "worker"], (child, rest)


def test_printed_after_what_was_logged(tmp_path):
    """Both on standard error, in the order of the script."""
    (tmp_path / "order.py").write_text("import logging\nimport sys\n\ndef running():\n    for i in range(20):\n"
                                       "        logging.warning('logged')\n        print('said', file=sys.stderr)\n")
    got = dump_once(tmp_path, "-n", "-s", "order.py", "-r", TOP / "test/data/flows/17.mitm")
    assert re.findall("logged|said", got.stdout) == ["logged", "said"] * 20, got


def test_printed_to_nobody(tmp_path):
    """Standard output that is closed is not the descriptor of something else."""
    (tmp_path / "where.py").write_text("import os\n\ndef running():\n"
                                       "    open('where', 'w').write(os.readlink('/proc/self/fd/1'))\n    print('lost')\n")
    line = shlex.join(map(str, [WEIRDUMP, "--set", f"confdir={tmp_path / 'conf'}", "-n", "-s", "where.py", "-r", os.devnull]))
    got = subprocess.run(f"exec {line} >&-", cwd=tmp_path, shell=True, stderr=subprocess.PIPE, timeout=DEADLINE)
    assert got.returncode == 0 and b"Bad file descriptor" in got.stderr and (tmp_path / "where").read_text() == os.devnull, got


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


VIEW = """from pathlib import Path

from mitmproxy import command, ctx
from mitmproxy.tools.console.master import ConsoleMaster
from mitmproxy.tools.dump import DumpMaster


@command.command("look.about")
def look_about() -> None:
    v = ctx.master.view
    first, second = v
    said = [v.focus.index == 0 and v.focus.flow.id == first.id, first in v, v.get_by_id(second.id).id == second.id,
            v.get_by_id("0" * 8 + "-0000" * 3 + "-" + "0" * 12) is None]
    v.focus.index = 1
    said.append(v.focus.flow.id == second.id)
    v.focus.flow = first
    said.append(v.focus.index == 0)
    for wrong in (lambda: setattr(v.focus, "index", 2), lambda: setattr(v.focus, "flow", second.copy())):
        try:
            wrong()
        except ValueError:
            said.append(True)
    said.append(isinstance(ctx.master, ConsoleMaster) and not isinstance(ctx.master, DumpMaster))
    v.remove({first})
    said.append(len(v) == 1 and v.focus.flow.id == second.id)
    v.clear()
    said.append(len(v) == 0 and v.focus.flow is None and v.focus.index is None)
    Path("said").write_text(repr(said))
"""


def test_view(tmp_path, saved):
    """Of the console, by a script: what is shown, and where its cursor is."""
    flows = saved(SCRIPTS / "inline/add_header.py").read_bytes()
    (tmp_path / "view.py").write_text(VIEW)
    (tmp_path / "two").write_bytes(flows)
    with Console(tmp_path, "-r", tmp_path / "two", "-s", tmp_path / "view.py", size=(110, 30)) as c:
        c.see("[1/1]")
        c.type("D")
        c.see("/2]")
        c.keys("g")
        c.type(":look.about\n")
        wait_for((tmp_path / "said").exists, "what the script saw")
        wait_for(lambda: (tmp_path / "said").read_text() == repr([True] * 11), "what the script saw")
