"""What inline scripts rely on between one event and the next: identities, replies, chunks of streams, and replays."""
import ast
import os
import re

import pytest
from conftest import Dump, curl, dump_once, wait_for

SAY = """
def say(*words):
    with open("said", "a") as f:
        f.write(" ".join(map(str, words)) + "\\n")
"""


def script(folder, source):
    (folder / "inline.py").write_text(SAY + source)


def said(folder):
    path = folder / "said"
    return path.read_text().splitlines() if path.exists() else []


SAME = """
def start(context, argv):
    context.handlers, context.servers = {}, set()

def clientconnect(context, handler):
    context.handlers[handler] = handler.client_conn.mark = len(context.handlers)
    handler.mark = "kept"

def serverconnect(context, handler):
    say("serverconnect", handler in context.handlers, handler.mark)

def request(context, flow):
    known = flow.live.c in context.handlers and flow.live.c.client_conn is flow.client_conn
    say("request", known, flow.live.c.mark, context.handlers[flow.live.c] == flow.client_conn.mark)

def response(context, flow):
    say("response", flow.server_conn in context.servers, flow.server_conn.timestamp_tcp_setup is not None)
    cipher = flow.client_conn.get_current_cipher()
    say("cipher", cipher and cipher[1] in (128, 256) and cipher[2].startswith("TLSv1."))
    context.servers.add(flow.server_conn)

def clientdisconnect(context, handler):
    if context.servers:
        say("clientdisconnect", context.handlers.pop(handler) == handler.client_conn.mark, handler.mark)
"""


@pytest.mark.parametrize("where, http", [("clear", "--http1.1"), ("tls", "--http1.1"), ("tls", "--http2")])
def test_same(tmp_path, authority, origin, secure, where, http):
    """One object stands for a connection in all events, so that scripts can keep things by it."""
    script(tmp_path, SAME)
    with Dump(tmp_path, "-s", "inline.py", trust=authority.pem) as p:
        o = secure if where == "tls" else origin
        assert curl(p, http, o.url("/one"), o.url("/two")).returncode == 0
        wait_for(lambda: "clientdisconnect True kept" in said(tmp_path), f"said: {said(tmp_path)} {p.output()}")
    assert said(tmp_path).count("request True kept True") == 2
    cipher = f"cipher {'True' if where == 'tls' else 'None'}"
    assert [x for x in said(tmp_path) if x.split()[0] in ("response", "cipher")] == ["response False True", cipher, "response True True", cipher]
    assert "serverconnect True kept" in said(tmp_path) and "Traceback" not in p.output()


def test_reply_lets_go(tmp_path, origin):
    """In a thread, the flow goes on with the reply; what the function does then is not waited for, but its exception is told."""
    script(tmp_path, """
import threading
from libmproxy.script import concurrent
gate = threading.Event()

@concurrent
def clientconnect(context, handler):
    handler.reply()
    gate.wait()

@concurrent
def request(context, flow):
    flow.request.headers["x-early"] = ["1"]
    flow.reply()
    gate.wait()
    flow.request.headers["x-late"] = ["1"]
    raise ValueError("too late")

def response(context, flow):
    say(flow.reply.acked, flow.request.headers["x-early"])
    gate.set()

def done(context):
    raise ValueError("at the end")
""")
    with Dump(tmp_path, "-s", "inline.py") as p:
        assert curl(p, origin.url("/one")).stdout == b"hello\n"
        p.sees("ValueError: too late")
        story = p.output().split("Script error: too late\n")[1]
        assert re.match(r'Traceback .*\n  File ".*inline.py", line \d+, in request\n', story), story
    assert said(tmp_path) == ["False ['1']"] and "Script error: at the end" in p.output()
    assert origin.seen[0][2].get("x-early") == "1" and "x-late" not in origin.seen[0][2]


def test_reply_of_each_event(tmp_path, origin):
    """Only the first reply in an event counts, and each event has one."""
    script(tmp_path, """
from libmproxy.protocol import KILL
from libmproxy.protocol.http import HTTPResponse
from netlib.odict import ODictCaseless

def request(context, flow):
    if flow.request.path == "/killed":
        flow.reply(HTTPResponse([1, 1], 200, "OK", ODictCaseless(), "local"))
    else:
        flow.reply()
        flow.reply(KILL)
    say(flow.reply.acked)

def response(context, flow):
    say(flow.reply.acked)
    if flow.request.path == "/killed":
        flow.reply(KILL)
""")
    with Dump(tmp_path, "-s", "inline.py") as p:
        assert curl(p, origin.url("/one")).stdout == b"hello\n"
        assert curl(p, origin.url("/killed")).returncode == 52
    assert said(tmp_path) == ["True", "False"] * 2 and len(origin.seen) == 1


def test_stream_of_chunks(tmp_path, origin):
    """Pieces of a chunked body have the prefix and the suffix of chunks; others have none."""
    script(tmp_path, """
def longer(pieces):
    for prefix, content, suffix in pieces:
        say(repr((prefix, content, suffix)))
        content = content.replace("part", "longer ").replace("hello", "good day")
        yield "%x\\\\r\\\\n" % len(content) if prefix else "", content, suffix

def responseheaders(context, flow):
    flow.response.stream = longer
""".replace("\\\\", "\\"))
    origin.gate.set()
    with Dump(tmp_path, "-s", "inline.py") as p:
        assert curl(p, origin.url("/drip")).stdout == b"longer longer longer "
        assert curl(p, origin.url("/one")).stdout == b"good day\n"
    pieces = list(map(ast.literal_eval, said(tmp_path)))
    assert pieces[-2:] == [("0\r\n", "", "\r\n"), ("", "hello\n", "")] and "".join(c for _, c, _ in pieces[:-2]) == "part" * 3
    assert all(x == ("%x\r\n" % len(x[1]), x[1], "\r\n") for x in pieces[:-1])


def test_replay(tmp_path, origin):
    """-C sends requests with scripts, too, which see that it is a replay."""
    script(tmp_path, """
def request(context, flow):
    say("request", flow.request.is_replay, flow.request.form_out)

def response(context, flow):
    say("response", flow.request.is_replay, flow.response.is_replay)
""")
    with Dump(tmp_path, "-w", "flows") as p:
        assert curl(p, origin.url("/one")).returncode == 0
    for args in (), ("-n",):
        got = dump_once(tmp_path, *args, "-p", "0", "-C", "flows", "-s", "inline.py")
        assert got.returncode == 0 and "[replay]" in got.stdout, got.stdout
    assert said(tmp_path) == ["request True relative", "response True False"] * 2 and len(origin.seen) == 3


def test_recorded(tmp_path, origin):
    """An answer of -S is a replay."""
    script(tmp_path, "def response(context, flow):\n    say(flow.request.is_replay, flow.response.is_replay)\n")
    with Dump(tmp_path, "-w", "flows") as p:
        assert curl(p, origin.url("/one")).returncode == 0
    with Dump(tmp_path, "-S", "flows", "-s", "inline.py") as p:
        assert curl(p, origin.url("/one")).stdout == b"hello\n"
    assert said(tmp_path) == ["False True"] and len(origin.seen) == 1


def test_flows_to_standard_output(tmp_path, origin):
    """A file for text, as standard output is one, takes flows."""
    script(tmp_path, """
import sys
from libmproxy.flow import FlowReader, FlowWriter

def response(context, flow):
    FlowWriter(sys.stdout).add(flow)
    with open("text", "w") as f:
        FlowWriter(f).add(flow)
    with open("text") as f:
        say(*[x.request.method for x in FlowReader(f).stream()])
""")
    with Dump(tmp_path, "-s", "inline.py") as p:
        assert curl(p, origin.url("/one")).returncode == 0
    assert "7:version;" in p.output() and said(tmp_path) == ["GET"]


def test_arguments(tmp_path, monkeypatch):
    """The path that start is given is the one of the file; one with spaces that nobody quoted is explained."""
    monkeypatch.setenv("HOME", str(tmp_path))
    script(tmp_path, "def start(context, argv):\n    say(*argv)\n    raise ValueError('enough')\n")
    got = dump_once(tmp_path, "-n", "-s", "~/inline.py 1")
    assert got.returncode == 1 and said(tmp_path) == [f"{tmp_path}/inline.py 1"], got.stdout
    got = dump_once(tmp_path, "-n", "-s", "~/no such.py")
    assert got.returncode == 1 and f"No such script: {tmp_path}/no; a path with spaces has quotes of its own" in got.stdout, got.stdout


PYTHON2 = """
import commands, sys, thread
reload(sys)
sys.setdefaultencoding("utf-8")

def response(context, flow):
    print "of Python 2:", flow.request.path
    half, halves = 7, [7, 7.0]
    half /= 2
    halves[0] /= 2
    halves[1] /= 2
    say(7 / 2, half, 7.0 / 2, *halves)
    say(repr("h\\xc3\\xa9".decode("utf-8")), "a".encode("hex"), "YQ==".decode("base64"), repr(u"\\xe9".encode("utf-8")))
    flow.response.encode("gzip")
    say(flow.response.content.startswith("\\x1f\\x8b"), flow.response.decode(), flow.response.content.strip())
    say(commands.getoutput("echo hi"), thread.get_ident() > 0)
"""


@pytest.mark.parametrize("future, division", [("", "3 3 3.5 3 3.5"), ("from __future__ import division\n", "3.5 3.5 3.5 3.5 3.5")])
def test_python2(tmp_path, origin, future, division):
    """What is written as in Python 3 and meant something else keeps its meaning."""
    (tmp_path / "inline.py").write_text(future + SAY + PYTHON2)
    with Dump(tmp_path, "-s", "inline.py") as p:
        assert curl(p, origin.url("/one")).stdout == b"hello\n"
    assert "of Python 2: /one" in p.output() and "Traceback" not in p.output(), p.output()
    assert said(tmp_path) == [division, "'h\xe9' 61 a b'\\xc3\\xa9'", "True True hello", "hi True"]


def test_a_module_of_today(tmp_path):
    """A script that has a file under a name of Python 2 is one of today, and gets that file."""
    (tmp_path / "commands.py").write_text("half = 7 / 2\n")
    script(tmp_path, "import commands\nsay(commands.half, 7 / 2)\n")
    got = dump_once(tmp_path, "-n", "-s", "inline.py", "-r", os.devnull)
    assert got.returncode == 0 and said(tmp_path) == ["3.5 3.5"], got.stdout
