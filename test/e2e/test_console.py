"""The console in a real terminal."""
from conftest import Console, curl


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
        c.type("A")
        t.join(30)
        assert got == [b"hello\n"]


def test_command_line(tmp_path, origin):
    with Console(tmp_path) as c:
        curl(c, origin.url("/one"))
        c.see("/one")
        c.type(":")
        c.type("flow.mark @all true")
        c.keys("Enter")
        c.type(":")
        c.type("no.such.command")
        c.keys("Enter")
        c.see("no.such.command")


def test_small_terminal(tmp_path):
    with Console(tmp_path, size=(12, 4)) as c:
        c.screen()
        c.keys("Q")
        assert c.ended() == 0
