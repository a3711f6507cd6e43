"""The command line, and ends."""
import http.client
import json
import re
import resource
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from conftest import DEADLINE, WEIR, WEIRDUMP, Dump, curl, dump_once, free_port, listening, wait_for


@pytest.mark.parametrize("program", [WEIR, WEIRDUMP])
def test_information(program, tmp_path):
    def run(*args):
        r = subprocess.run([program, "--set", f"confdir={tmp_path}", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=DEADLINE, text=True)
        assert r.returncode == 0, r.stdout
        return r.stdout
    assert "OpenSSL" in run("--version")
    assert "--listen-port PORT" in run("-h") == run("--help")
    assert re.search(r"^listen_port: 8080$", run("--options"), re.M)
    assert re.search(r"^flow\.mark ", run("--commands"), re.M)
    if program == WEIR:
        (tmp_path / "keys.yaml").write_text("- {key: d, cmd: flow.kill @focus, ctx: [flowlist]}\n")
        assert "# in flowlist instead of: view.flows.remove @focus\n- key: \"d\"\n  ctx: [flowlist]\n" in run("--keys")


@pytest.mark.parametrize("args,status,words", [
    (["--no-such-flag"], 2, "--no-such-flag"),
    (["-T"], 2, "--mode transparent"),
    (["-p"], 2, "needs a value"),
    (["-p", "x"], 1, "-p: listen_port"),
    (["--set", "flow_detial=1"], 1, "flow_detail"),
    (["--mode", "sock5"], 1, "there are: regular"),
    (["-H", "/only"], 1, "/only"),
    (["-n", "-r", "/no/such/file"], 1, "/no/such/file"),
    (["-n", "-s", "/no/such/script.py"], 1, "/no/such/script.py"),
    (["--confdir", "/proc/self/conf"], 1, "/proc/self/conf"),
])
def test_refusals(tmp_path, args, status, words):
    """One sentence, the right status."""
    r = dump_once(tmp_path, "-p", free_port(), *args) if "-p" not in args else dump_once(tmp_path, *args)
    assert r.returncode == status and words in r.stdout, r.stdout


def test_port_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as s:
        r = dump_once(tmp_path, "-p", s.getsockname()[1])
        assert r.returncode == 1 and str(s.getsockname()[1]) in r.stdout


def test_broken_script(tmp_path):
    """Its fault is said with the line, and nothing else is."""
    (tmp_path / "s.py").write_text("def response(flow:\n")
    r = dump_once(tmp_path, "-n", "-s", tmp_path / "s.py")
    assert r.returncode == 1 and "never closed" in r.stdout and "grammar" not in r.stdout.lower()


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_signals(tmp_path, origin, sig):
    p = Dump(tmp_path, "-w", tmp_path / "out")
    for i in range(3):
        assert curl(p, origin.url(f"/{i}")).returncode == 0
    assert p.stop(sig) == 0
    r = dump_once(tmp_path, "-n", "-r", tmp_path / "out")
    assert r.returncode == 0 and re.findall(r"localhost:\d+/(\d)", r.stdout) == ["0", "1", "2"]


def test_filter_converts(tmp_path, origin):
    with Dump(tmp_path, "-w", tmp_path / "all") as p:
        for path in ("/keep", "/drop"):
            curl(p, origin.url(path))
    r = dump_once(tmp_path, "-n", "-r", tmp_path / "all", "-w", tmp_path / "some", "~u", "keep")
    assert r.returncode == 0 and "/keep" in r.stdout and "/drop" not in r.stdout
    r = dump_once(tmp_path, "-n", "-r", tmp_path / "some")
    assert "/keep" in r.stdout and "/drop" not in r.stdout


def test_replay(tmp_path, origin):
    with Dump(tmp_path, "-w", tmp_path / "f") as p:
        curl(p, "-d", "x=1", origin.url("/again"))
    r = dump_once(tmp_path, "-n", "-C", tmp_path / "f")
    assert r.returncode == 0 and "[replay]" in r.stdout
    assert [(m, path, body) for m, path, _, body in origin.seen] == [("POST", "/again", b"x=1")] * 2


def test_rules(tmp_path, origin):
    (tmp_path / "file.json").write_text("{}")
    with Dump(tmp_path, "-H", "/~q/X-Rule/yes", "-B", "/~s/hello/HELLO", "--map-local", f"|/mapped$|{tmp_path}/file.json",
              "-M", "|/old|/echo") as p:
        assert curl(p, origin.url()).stdout == b"HELLO\n"
        doc = json.loads(curl(p, origin.url("/old")).stdout)
        assert ["X-Rule", "yes"] in doc["headers"]
        assert curl(p, origin.url("/mapped")).stdout == b"{}"


def test_login(tmp_path, secure, authority):
    with Dump(tmp_path, "--proxyauth", "u:p", trust=authority.pem) as p:
        assert curl(p, secure.url()).stdout == b""
        assert curl(p, "--proxy-user", "u:p", secure.url()).stdout == b"hello\n"


SCRIPT = """
def request(flow):
    if flow.request.path == "/made":
        from mitmproxy import http
        flow.response = http.Response.make(201, b"by script", {"X-By": "script"})

def response(flow):
    flow.response.headers["X-Script"] = "1"
"""


def test_script(tmp_path, origin):
    (tmp_path / "s.py").write_text(SCRIPT)
    with Dump(tmp_path, "-s", tmp_path / "s.py") as p:
        assert b"X-Script: 1" in curl(p, "-i", origin.url()).stdout
        made = curl(p, "-i", origin.url("/made")).stdout
        assert b"201" in made and b"X-By: script" in made and made.endswith(b"by script")
    assert [path for _, path, _, _ in origin.seen] == ["/"]


def test_many_descriptors(tmp_path):
    """A shell's 1,024 are too few for a busy browser: the soft limit is raised to what the system allows."""
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 4096))
    port = free_port()
    weir = subprocess.Popen([WEIRDUMP, "-q", "-p", str(port), "--set", f"confdir={tmp_path / 'conf'}"], preexec_fn=few)
    try:
        wait_for(lambda: listening(port), "listens")
        limits = Path(f"/proc/{weir.pid}/limits").read_text()
        assert next(line.split()[3] for line in limits.splitlines() if line.startswith("Max open files")) == "4096"
    finally:
        weir.terminate()
        assert weir.wait(20) == 0


@pytest.mark.parametrize("script", ["def error(flow):\n    while True: pass\n", "while True: pass\n"])
def test_script_without_end(tmp_path, script):
    """A script that does not let go keeps nobody from leaving, and nothing from being written."""
    (tmp_path / "s.py").write_text(script)
    port = free_port()
    weir = subprocess.Popen([WEIRDUMP, "-p", str(port), "--set", f"confdir={tmp_path / 'conf'}", "-s", "s.py", "-w", "out.flow"],
                            cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = []
    reader = threading.Thread(target=lambda: [said.append(line) for line in weir.stdout])
    reader.start()
    try:
        if "error" in script:
            wait_for(lambda: listening(port), "listening")
            with socket.create_connection(("127.0.0.1", port)) as s:
                s.sendall(b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n\r\n")
                wait_for(lambda: "other flows of scripts wait" in "".join(said), "the script has the thread")
        else:
            wait_for(lambda: "other flows of scripts wait" in "".join(said), "the script is loaded")
        weir.terminate()
        assert weir.wait(60) in (0, 1)
    finally:
        weir.kill()
        reader.join()
    assert "waiting for s.py to end" in "".join(said)
    if "error" in script:
        assert "127.0.0.1" in dump_once(tmp_path, "-n", "-r", "out.flow").stdout


def test_slow_reader(tmp_path, origin):
    """Nobody reads what is printed: traffic that main decides about goes on, and the end is in order."""
    port = free_port()
    weir = subprocess.Popen([WEIRDUMP, "-p", str(port), "--set", f"confdir={tmp_path / 'conf'}", "--set", "flow_detail=2",
                             "--set", "stickycookie=.", "-w", "out.flow"],
                            cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: listening(port), "listening")
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        path = "/" + "x" * 2000
        for n in range(100):        # three times what a pipe holds
            client.request("GET", origin.url(path + str(n)))
            assert client.getresponse().read() == b"hello\n"
        weir.terminate()
        assert weir.wait(30) == 0
    finally:
        weir.kill()
        weir.stdout.close()
    assert dump_once(tmp_path, "-n", "-r", "out.flow").stdout.count("<< 200") == 100


def test_why_no_har_came_out(tmp_path):
    """A full disk behind standard output is said, too."""
    flows = Path(__file__).parent.parent / "data/flows/17.mitm"
    with open("/dev/full", "wb") as full:
        r = subprocess.run([WEIRDUMP, "--set", f"confdir={tmp_path}", "--set", "flow_detail=0", "--set", "hardump=-",
                            "-n", "-r", str(flows)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert r.returncode == 1 and "standard output: No space left on device" in r.stderr, r.stderr
