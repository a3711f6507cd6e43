"""What inline scripts rely on between one event and the next."""
from conftest import Dump, curl, dump_once

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


def test_replay(tmp_path, origin):
    """-C sends requests with scripts, too."""
    script(tmp_path, """
def request(context, flow):
    say("request")

def response(context, flow):
    say("response")
""")
    with Dump(tmp_path, "-w", "flows") as p:
        assert curl(p, origin.url("/one")).returncode == 0
    for args in (), ("-n",):
        got = dump_once(tmp_path, *args, "-p", "0", "-C", "flows", "-s", "inline.py")
        assert got.returncode == 0 and "[replay]" in got.stdout, got.stdout
    assert said(tmp_path) == ["request", "response"] * 2 and len(origin.seen) == 3
