"""The console in a real terminal."""
import fcntl
import http.client
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
from pathlib import Path

import pyte
import pytest

from conftest import WEIR, Console, curl, dump_once, free_port, listening, need, wait_for


def test_first_minutes(tmp_path, origin):
    """The empty screen helps; flows appear, open, and go; the terminal is given back."""
    with Console(tmp_path) as c:
        c.see(str(c.port))
        assert curl(c, origin.url("/first")).stdout == b"hello\n"
        c.see("/first")
        curl(c, origin.url("/second?x=1"))
        c.see("/second")
        c.keys("Enter")
        c.see("Request")
        c.keys("q")
        c.type("?")
        c.see("elp")
        c.keys("q")
        c.see("/first")
        c.keys("Q")
        assert c.ended() == 0
        after = (tmp_path / "after").read_text()
        assert " echo " in after and " icanon " in after


def test_intercept(tmp_path, origin):
    """A flow that matches waits until it is let go."""
    with Console(tmp_path, "--intercept", "~u hold & ~q") as c:
        import threading
        got = []
        t = threading.Thread(target=lambda: got.append(curl(c, origin.url("/hold")).stdout))
        t.start()
        c.see("/hold")
        assert curl(c, origin.url("/free")).stdout == b"hello\n"
        assert origin.seen[-1][1] == "/free" and not got
        c.run("set view_filter ~u free")        # seen or not, it waits
        c.see("[held:1]")
        c.type("q")
        c.see("1 intercepted flow will get no answer")
        c.type("nA")
        t.join(30)
        assert got == [b"hello\n"]
        wait_for(lambda: "[held:" not in c.screen(), "a count of nothing")


def test_command_line(tmp_path, origin):
    with Console(tmp_path) as c:
        curl(c, origin.url("/one"))
        c.see("/one")
        c.run("flow.mark @all true")
        c.run("no.such.command")
        c.see("no.such.command")


def test_small_terminal(tmp_path):
    with Console(tmp_path, size=(12, 4)) as c:
        c.screen()
        c.keys("Q")
        assert c.ended() == 0


def test_editor_stops_nothing(tmp_path, origin):
    """While the editor has the terminal, traffic goes on; what was written comes back."""
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\ntrap : INT\ntouch {tmp_path}/open\nuntil test -e {tmp_path}/write; do sleep .05; done\n"
                      "printf 'from the editor' >$1\n")
    editor.chmod(0o755)
    with Console(tmp_path, env={"MITMPROXY_EDITOR": str(editor)}) as c:
        curl(c, origin.url("/one"))
        c.see("/one")
        c.run("console.edit.focus response-body")
        wait_for((tmp_path / "open").exists, "editor is open")
        assert curl(c, origin.url("/two")).stdout == b"hello\n"
        c.keys("C-c")           # the editor's business
        (tmp_path / "write").touch()
        c.see("/two")
        c.keys("Enter", "Tab")
        c.see("from the editor")
        c.keys("Q")
        assert c.ended() == 0


def test_end_while_the_editor_is_open(tmp_path, origin):
    """A kill takes the editor along and its file away."""
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\necho $1 >{tmp_path}/name.new\nmv {tmp_path}/name.new {tmp_path}/name\nexec sleep 60\n")
    editor.chmod(0o755)
    with Console(tmp_path, env={"MITMPROXY_EDITOR": str(editor)}) as c:
        curl(c, origin.url("/one"))
        c.see("/one")
        c.run("console.edit.focus response-body")
        name = tmp_path / "name"
        wait_for(name.exists, "editor is open")
        os.kill(c.pid(), signal.SIGTERM)
        assert c.ended() == 0
        assert not os.path.exists(name.read_text().strip())
        after = (tmp_path / "after").read_text()
        assert " echo " in after and " icanon " in after


def test_killed_outright(tmp_path):
    """Even then the terminal is given back."""
    with Console(tmp_path) as c:
        c.see(str(c.port))
        look = ("display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}")
        assert c.tmux(*look).strip() == "1 1 0"
        os.kill(c.pid(), signal.SIGKILL)
        assert c.ended() == 137
        wait_for(lambda: c.tmux(*look).strip() == "0 0 1", "terminal is given back")
        tty = c.tmux("display-message", "-p", "#{pane_tty}").strip()

        def cooked():
            said = subprocess.run(["stty", "-a", "-F", tty], stdout=subprocess.PIPE, text=True).stdout
            return " echo " in said and " icanon " in said
        wait_for(cooked, "settings are as before")


def test_terminal_that_does_not_read(tmp_path, origin):
    """A stopped terminal stops nothing else; when it reads again the screen is whole."""
    script = tmp_path / "mark.py"
    script.write_text("def response(flow):\n    flow.response.headers['x-seen'] = 'yes'\n")
    port, (ours, theirs) = free_port(), pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
    weir = subprocess.Popen(
        [WEIR, "--listen-host", "127.0.0.1", "-p", str(port), "--set", f"confdir={tmp_path / 'conf'}", "-s", str(script)],
        stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
    os.close(theirs)
    try:
        wait_for(lambda: listening(port), "console listens")
        os.write(ours, b"?")
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for n in range(60):
            os.write(ours, b"\x0c")     # the help screen is drawn anew: more than a pty holds
            client.request("GET", origin.url(f"/{n}"))
            got = client.getresponse()
            assert got.read() and got.headers["x-seen"] == "yes"
        os.write(ours, b"qG")
        screen = pyte.Screen(200, 60)
        stream = pyte.ByteStream(screen)

        def shown():
            if select.select([ours], [], [], 0.05)[0]:
                stream.feed(os.read(ours, 65536))
            return any("/59" in line for line in screen.display)
        wait_for(shown, "flows are on the screen")
        os.write(ours, b"Q")
    finally:
        if weir.poll() is None:
            weir.terminate()
        os.close(ours)
        assert weir.wait(20) == 0


def test_terminal_that_goes_away(tmp_path, origin):
    """A window closed by mistake: what was caught and not saved is still there."""
    env = {"XDG_STATE_HOME": str(tmp_path / "state")}
    with Console(tmp_path, env=env) as c:
        curl(c, origin.url("/caught"))
        c.see("/caught")
        os.kill(c.pid(), signal.SIGHUP)
        assert c.ended() == 0
    assert len(list((tmp_path / "state" / "weir").glob("journal-*"))) == 1
    with Console(tmp_path, "--recover", env=env) as c:
        c.see("/caught")
        c.keys("Q")
        assert c.ended() == 0
    assert list((tmp_path / "state" / "weir").glob("journal-*")) == []


class Shell(Console):
    """A shell in a tmux window, for weir to be its job."""

    def __init__(self, folder):
        need("tmux", "bash")
        self.conf, self.name = folder / "conf", f"weir-e2e-{os.getpid()}-{free_port()}"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "-c", str(folder),
                  "exec env TERM=xterm-256color LC_ALL=C.UTF-8 PS1=shell: bash --norc --noprofile -i")


def test_stopped_by_others(tmp_path):
    """A stop that was not asked for, too: the terminal is taken again, on its own page, key by key."""
    with Shell(tmp_path) as c:
        c.see("shell:")
        c.type(f"{WEIR} -n --set confdir={c.conf}")
        c.keys("Enter")
        c.see("[0/0]")
        for stop in signal.SIGSTOP, signal.SIGTSTP:
            os.kill(c.pid(), stop)
            c.see("Stopped")
            c.type("clear; fg")
            c.keys("Enter")
            c.see("[0/0]")
            c.type("?")
            c.see("Key Bindings")
            c.keys("q")
            c.see("No flows")
            assert c.tmux("display-message", "-p", "#{alternate_on}").strip() == "1"
        c.keys("Q")
        c.see("shell:")         # until then keys are the program's
        c.type("stty -a")
        c.keys("Enter")
        assert " icanon " in c.see(" echo ")


def wheel(c, row):
    c.type(f"\033[<65;5;{row}M" * 3)


def test_wheel_while_a_cell_is_edited(tmp_path, origin):
    """What is typed goes where it was begun."""
    with Console(tmp_path) as c:
        curl(c, origin.url("/form?a=1&b=2&c=3"))
        c.see("/form")
        c.run("console.edit.focus query")
        c.see("Edit query")
        c.keys("Right", "Enter")
        c.type("X")
        c.see("1X")
        wheel(c, 5)
        c.type("Y")
        c.see("1XY")
        c.keys("Enter", "q")
        c.see("a=1XY&b=2&c=3")
        c.type("O")
        c.see("Option help")
        c.keys("/")
        c.type("body_size_limit")
        c.keys("Enter")
        c.see(">>body_size_limit")
        c.keys("Enter")
        c.type("77")
        wheel(c, 5)
        c.type("7k")
        c.keys("Enter")
        assert ">>body_size_limit" in c.see("777k")
        c.keys("Q")
        assert c.ended() == 0


def many(folder, copies=700):
    """A file of the program's own with 9 flows so many times."""
    once = (Path(os.environ.get("WEIR_SRCDIR", Path(__file__).parents[2])) / "test/data/flows/17.mitm").read_bytes()
    (folder / "plain").write_bytes(once * copies)
    got = dump_once(folder, "-n", "-q", "-r", folder / "plain", "-w", folder / "many")
    assert got.returncode == 0, got.stdout
    return folder / "many"


def test_file_that_stays_on_disk(tmp_path):
    """A large file is a list at once; its flows are read when somebody wants them, and edits stay."""
    with Console(tmp_path, "-r", many(tmp_path), size=(110, 30)) as c:
        c.see("Opened 6300 flows")
        c.see("[1/6300]")
        c.type("G")
        c.see("[6300/6300]")
        c.type("m")
        c.see("Unmark")
        c.type("f~tcp\n")
        c.see("/1400]")
        c.type("gd")
        c.see("[1/1399]")
        c.keys("Enter")
        c.see("TCP")
        c.type("q")
        c.type("f")
        c.keys("C-u")
        c.type("~b dns.google\n")
        c.see("/700]")
        c.type("f")
        c.keys("C-u")
        c.type("\n")
        c.see("/6299]")
        c.run(f"save.file @all {tmp_path}/out")
        c.see("6299")
        wait_for((tmp_path / "out").exists, "saved")
        c.keys("Q")
        assert c.ended() == 0
    for query, n in ("~all", 6299), ("~marked", 701), ("~tcp", 1399):
        har = tmp_path / "left"
        dump_once(tmp_path, "-n", "-q", "-r", tmp_path / "out", "-w", har, query)
        got = dump_once(tmp_path, "-n", "-q", "-r", har, "-s", counter(tmp_path))
        assert f"flows: {n}\n" in got.stdout, got.stdout


def test_flows_named_by_their_bodies(tmp_path):
    """A command whose filter asks for bodies is done when they are read."""
    with Console(tmp_path, "-r", many(tmp_path), size=(110, 30)) as c:
        c.see("[1/6300]")
        c.type(":")
        c.keys("C-u")
        c.type("flow.comment '~b dns.google' found\n")
        c.type("f~comment found\n")
        c.see("/700]")
        c.type("f")
        c.keys("C-u")
        c.type("\n")
        c.see("/6300]")
        c.type(":")
        c.keys("C-u")
        c.type("view.flows.remove '~b \"not there\"'\n")
        c.see("No flow matches.")
        c.type(":")
        c.keys("C-u")
        c.type("view.flows.remove '~b dns.google'\n")
        c.see("Deleted 700 flows")
        c.see("/5600]")
        c.keys("Q")
        assert c.ended() == 0


def counter(folder):
    """A script that says how many flows it saw."""
    script = folder / "counter.py"
    script.write_text("import sys\nseen = set()\n"
                      "def see(f): seen.add(f)\n"
                      "requestheaders = error = tcp_start = tcp_end = dns_request = udp_start = see\n"
                      "def done(): print('flows:', len(seen), file=sys.stderr)\n")
    return script


def test_file_for_scripts(tmp_path):
    """Who wants to see every flow sees every flow."""
    script = tmp_path / "mark.py"
    script.write_text("def tcp_end(flow): flow.comment = 'seen'\ntcp_error = tcp_end\n")
    with Console(tmp_path, "-r", many(tmp_path), "-s", script, size=(110, 30)) as c:
        c.see("/6300]")
        c.type("f~comment seen\n")
        c.see("/1400]")


def test_run_that_is_stopped(tmp_path):
    """A script over many flows says how far it is; escape ends it, and leaves nothing else."""
    script = tmp_path / "slow.py"
    script.write_text("import asyncio\nseen = 0\n"
                      "async def see(flow):\n    global seen\n    seen += 1\n    await asyncio.sleep(.01)\n"
                      "request = tcp_start = dns_request = udp_start = see\n"
                      "def done():\n    open('seen', 'w').write(str(seen))\n")
    flows = many(tmp_path)
    with Console(tmp_path, "-r", flows, size=(110, 30)) as c:
        c.see("[1/6300]")
        c.run(f"script.run @all {script}")
        c.see("/6,300")
        c.keys("Escape")
        c.see("stopped")
        wait_for((tmp_path / "seen").exists, "the script ended")
        assert 0 < int((tmp_path / "seen").read_text()) < 6300
        c.see("[1/6300]")
        (tmp_path / "quick.py").write_text("def request(flow):\n    flow.comment = 'x'\n")
        c.run(f"script.run @shown {tmp_path}/quick.py")
        c.see("quick.py: all 6,300 done")
        c.keys("Q")
        assert c.ended() == 0


def test_script_that_holds(tmp_path, origin):
    """It is named at the foot; a key on the options screen breaks it off, and its flow goes on."""
    script = tmp_path / "stubborn.py"
    script.write_text("def request(flow):\n    while True: pass\n")
    with Console(tmp_path, "-s", script, size=(110, 30)) as c:
        import threading
        got = []
        t = threading.Thread(target=lambda: got.append(curl(c, origin.url("/held")).stdout))
        t.start()
        c.see("stubborn.py takes more than 500 ms")
        c.type("O")
        c.see("Option help")
        c.type("x")
        t.join(30)
        assert got == [b"hello\n"]
        c.keys("Q")
        assert c.ended() == 0


VIEW = """from mitmproxy import contentviews
class Mine(contentviews.Contentview):
    def prettify(self, data, metadata):
        return "MINE %d" % len(data)
    def render_priority(self, data, metadata):
        return 2 if metadata.http_message is None else 0
contentviews.add(Mine)
"""


def test_views_of_scripts(tmp_path):
    """They show messages of all kinds, and are chosen like the program's own."""
    script = tmp_path / "view.py"
    script.write_text(VIEW)
    once = Path(os.environ.get("WEIR_SRCDIR", Path(__file__).parents[2])) / "test/data/flows/17.mitm"
    with Console(tmp_path, "-r", once, "-s", script, size=(110, 40)) as c:
        c.see("/9]")
        c.type("f~tcp\n")
        c.see("/2]")
        c.keys("Enter")
        c.see("MINE ")
        c.type("q")
        c.type("f")
        c.keys("C-u")
        c.type("~dns\n")
        c.see("/1]")
        c.keys("Enter")
        c.see("MINE ")
        c.type("q")
        c.type("f")
        c.keys("C-u")
        c.type("~http\n")
        c.see("/6]")
        c.type("g")
        c.see("[1/6]")
        c.keys("Enter", "Tab")
        c.see("[m:auto]")
        c.run("set console_default_contentview mint")
        c.see("did you mean mine?")
        c.run("set console_default_contentview mine")
        c.see("[m:mine]")
        c.see("MINE ")
        c.run("console.flowview.mode.set raw")
        c.see("[m:raw]")
        c.run("console.flowview.mode.set mine")
        c.see("[m:mine]")
        c.keys("Q")
        assert c.ended() == 0


def test_a_pipe_that_nobody_reads(tmp_path, origin):
    """Leaving waits for what is saved, says so, and does not when told again."""
    body, fifo = tmp_path / "body", tmp_path / "fifo"
    body.write_bytes(os.urandom(500000))
    os.mkfifo(fifo)
    with Console(tmp_path) as c:
        curl(c, "--data-binary", f"@{body}", origin.url("/up"))
        c.see("/up")

        def save():
            c.type("w")
            c.see("save.file")
            c.type(f"{fifo}\n")
        save()
        c.see("nobody")
        reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        save()
        c.type("Q")
        c.see("unfinished")
        c.keys("Escape")
        c.see("Still here")
        c.type("Q")
        c.see("unfinished")
        c.type("Q")
        assert c.ended() == 0
        os.close(reader)


def test_keys_of_ones_own(tmp_path, origin):
    """keys.yaml is read at the start; a wrong one is told of, with the line."""
    conf = tmp_path / "conf"
    conf.mkdir()
    (conf / "keys.yaml").write_text("- {key: '9', cmd: flow.comment @focus nine}\n- {key: what key, cmd: x}\n")
    with Console(tmp_path) as c:
        c.see("keys.yaml")
        c.see("what key")
        curl(c, origin.url("/one"))
        c.see("/one")
        c.type("9")
        c.keys("Enter", "Right", "Right")
        c.see("nine")
        c.keys("Q")
        assert c.ended() == 0


def test_ascii_keeps_what_it_can_show(tmp_path):
    """Without UTF-8 other characters are question marks, as wide, and those beside them stay."""
    entry = {"startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
             "request": {"method": "GET", "url": "http://日本.test/é/x", "httpVersion": "HTTP/1.1", "headers": []},
             "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [],
                          "content": {"text": "(日本)", "mimeType": "text/plain"}}}
    (tmp_path / "odd.har").write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    with Console(tmp_path, "-r", tmp_path / "odd.har", size=(80, 24), env={"LC_ALL": "C"}) as c:
        c.see("http://????.test/?/x")
        c.keys("Enter", "Tab")
        c.see("(????)")


@pytest.mark.parametrize("line", ["set save_stream_file {}", "set save_stream_file={}", "set hardump {}"])
def test_recording_over_a_file_is_asked(tmp_path, line):
    """Once it records, what was there is gone."""
    old = tmp_path / "old"
    old.write_text("dear diary")
    with Console(tmp_path) as c:
        c.run(line.format(old))
        c.see("old exists. Overwrite")
        c.type("n")
        c.keys("O")             # typed where options are shown, it is no other
        c.see("Options")
        c.type("/save_stream_file\n")
        c.see(">>save_stream_file\n")
        c.keys("Enter")
        c.type(f"{old}\n")
        c.see("old exists. Overwrite")
        c.type("n")
        c.run("set save_stream_file /dev/null")
        c.see("[W:/dev/null]")
        assert old.read_text() == "dear diary"
        c.keys("Q")
        assert c.ended() == 0
