"""Finding things in the console: search, counts, what is typed shows at once."""
from conftest import Console, curl, wait_for
from test_console import many


def row(c, mark=">>"):
    """The row with the cursor."""
    return next((line for line in c.screen().splitlines() if line.startswith(mark)), "")


def fill(c, origin, *paths):
    for path in paths:
        curl(c, origin.url(path))
        c.see(path)


def test_search_goes_along(tmp_path, origin):
    """What is typed is found at once and counted; esc goes back, n goes on and round."""
    with Console(tmp_path, size=(110, 20)) as c:
        fill(c, origin, "/apple", "/pear", "/apricot", "/peach")
        c.type("/ap")
        c.see("2 of 2")
        assert "/apricot" in row(c)     # the row with the cursor comes last
        c.type("r")
        c.see("1 of 1")
        c.keys("BSpace")
        c.type("x")
        c.see("not found")
        assert "/apple" in row(c)
        c.keys("Escape")
        c.see("Proxy:")
        assert "/apple" in row(c) and "Search" not in c.screen()
        c.type("/pea")
        c.keys("Enter")
        c.see("/pea 1 of 2")
        c.type("n")
        c.see("/pea 2 of 2")
        assert "/peach" in row(c)
        c.type("n")
        c.see("on from the other end")
        assert "/pear" in row(c)
        c.keys("Escape")
        wait_for(lambda: "/pea " not in c.screen(), "search has ended")
        c.type("n")
        c.see("view.flows.create")      # the search has ended: n is what it was
        c.keys("C-c")
        fill(c, origin, "/lost?status=404")
        c.type("/404 text")             # what the row says of the answer is found, too
        c.keys("Enter")
        c.see("/404 text 1 of 1")
        assert "/lost" in row(c)


def test_search_in_a_body(tmp_path, origin):
    """Every match counts, also those of one long line; the small terminal says it too."""
    body = "x" * 300 + "".join(f"needle{i} " + "y" * 100 for i in range(5)) + "\n" + "line\n" * 50 + "needle6\n"
    (tmp_path / "body").write_text(body)
    with Console(tmp_path, size=(60, 16)) as c:
        curl(c, origin.url("/body"), "--data-binary", f"@{tmp_path}/body", "-H", "content-type: text/plain")
        c.see("/body")
        c.keys("Enter")
        c.see("xxxx")
        c.type("/NEEDLE")
        c.see("not found")
        c.keys("C-u")
        c.type("needle")
        c.see("1 of 6")
        c.keys("Enter")
        c.type("nnnnn")
        c.see("/needle 6 of 6")
        c.see("needle6")
        c.type("N")
        c.see("/needle 5 of 6")
        assert "needle4" in c.screen()
        c.type("c")                     # cut, the match is seen all the same
        wait_for(lambda: "needle4" in c.screen() and "…" in c.screen(), "long lines are cut")
        c.type("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<")
        c.see("where lines begin")
        c.see("xxxxxxxxxxxx…")
        c.type(">")
        wait_for(lambda: "Host:" not in c.screen(), "moved")
        c.tmux("resize-window", "-x", "40", "-y", "10")
        c.see("…")
        c.keys("q")
        c.see("/body")
        c.keys("Q")
        assert c.ended() == 0


def test_numbers_before_movements(tmp_path, origin):
    """5j goes five down at once, 2G to the second; keys that are bound to digits keep them."""
    with Console(tmp_path, "-r", many(tmp_path, 40), size=(60, 10)) as c:
        c.see("[1/360]")
        c.type("250j")
        c.see("[251/360]")
        c.type("20k")
        c.see("[231/360]")
        c.type("9999999999999j")
        c.see("[360/360]")
        c.type("7G")
        c.see("[7/360]")
        c.type("5")
        c.see("5: ")
        c.keys("Escape")
        wait_for(lambda: "5: " not in c.screen(), "number is let go")
        c.type("j")
        c.see("[8/360]")
        c.run("console.key.bind flowlist 5 console.nav.start")
        c.type("5")
        c.see("[1/360]")
        c.keys("Q")
        assert c.ended() == 0


def test_filters_are_counted_while_typed(tmp_path):
    """How many flows a filter matches is told with each key, and what is wrong with it."""
    with Console(tmp_path, "-r", many(tmp_path, 300), size=(100, 12)) as c:
        c.see("[1/2700]")
        c.type("f~t ")
        c.see("no filter")
        c.type("html")
        c.see("of 2700 flows")
        c.type(" & ~zz")
        c.see("there is no operator ~zz")
        c.keys("C-u")
        wait_for(lambda: "no filter" not in c.screen() and "~zz" not in c.screen(), "nothing is typed")
        c.type("~http & !~http")
        c.see(" 0 of 2700 flows")
        c.keys("C-u")
        c.type("~all")
        c.see("2700 of 2700 flows")
        c.keys("C-c")
        c.type("i~b nowhere-to-be-found")       # bodies have to be read for that one
        c.see(" 0 of 2700 flows")
        c.keys("C-c", "Q")
        assert c.ended() == 0


def test_palette(tmp_path, origin):
    """What can be done is found by a word of it, and shows its key."""
    with Console(tmp_path, size=(80, 24)) as c:
        fill(c, origin, "/one", "/two")
        c.keys("C-p")
        c.see("What to do?")
        c.type("dupl flow")
        c.see("Duplicate flow")
        c.keys("Enter")
        c.see("/3]")
        c.keys("C-p")
        c.type("set view filter")
        c.keys("Enter")
        c.see(": set view_filter ''")
        c.keys("C-c", "C-p")
        c.type("clear_unm")
        c.keys("Enter")
        c.see(": view.clear_unmarked")
        c.keys("Enter")
        c.see("[0/0]")
        c.keys("C-p")
        c.see("What to do?")
        c.keys("C-c")
        wait_for(lambda: "What to do?" not in c.screen(), "box is closed")
        c.keys("Q")
        assert c.ended() == 0


def test_many_are_marked(tmp_path):
    """m and t mark a range, a dot before a key does it to all of them; flows that stand in a file, too."""
    with Console(tmp_path, "-r", many(tmp_path, 300), size=(110, 20)) as c:
        c.see("[1/2700]")
        c.type("U.")
        c.see("No flow is marked")
        c.type("99jm")
        c.see("[100/2700]")
        c.type("900jt")
        c.see("Marked 901 flows")
        c.type(".")
        c.see("for 901 marked flows")
        c.type("d")
        c.see("Deleted 901 flows")
        c.see("/1799]")
        c.type("u")
        c.see("Brought back 901 flows")
        c.type(".m")
        c.type(".")
        c.see("No flow is marked")
        c.keys("Q")
        assert c.ended() == 0


def click(c, x, y):
    """The left button on a cell, counted from 0."""
    c.type(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m")


def test_names_of_columns_sort(tmp_path, origin):
    """Over the wide table stand the names; a click sorts, another one turns it round."""
    with Console(tmp_path, size=(110, 20)) as c:
        fill(c, origin, "/b", "/c", "/a")

        def rows():
            return [line.split()[4] for line in c.screen().splitlines() if "localhost" in line]
        top = c.screen().splitlines()[1]
        assert top.split()[:5] == ["Time↓", "Proto", "Meth", "Host", "Path"]
        click(c, top.index("Path"), 1)
        wait_for(lambda: rows() == ["/a", "/b", "/c"], "sorted by URL")
        c.see("Path↓")
        click(c, top.index("Path"), 1)
        wait_for(lambda: rows() == ["/c", "/b", "/a"], "the other way round")
        c.see("Path↑")
        click(c, top.index("Type"), 1)      # nothing sorts by that
        click(c, 30, 3)
        c.see("Flow Details")
        c.see("/b")
        c.keys("q")
        c.tmux("resize-window", "-x", "80", "-y", "24")
        wait_for(lambda: "Proto" not in c.screen(), "two lines a flow have no names")
        c.keys("Q")
        assert c.ended() == 0


def test_shell(tmp_path, origin):
    """A command of the shell has the terminal until enter; quotes and pipes are the shell's, traffic goes on."""
    with Console(tmp_path, size=(80, 24)) as c:
        fill(c, origin, "/before")
        c.type(":!")
        c.type("""echo "it's $((40+2))" 'a  b' | tr a-z A-Z; false""")
        c.keys("Enter")
        c.see("IT'S 42 A  B")
        c.see("[exit status 1, press enter]")
        assert curl(c, origin.url("/meanwhile")).stdout == b"hello\n"
        c.keys("Enter")
        c.see("/meanwhile")
        assert "failed" not in c.screen()
        sleeps = tmp_path / "sleeps"
        for line, code in (("exit 3", 3), ("echo 'open", 2), (f"sh -c 'touch {sleeps}; exec sleep 1000'", 130)):
            c.run("!" + line)
            if code == 130:
                wait_for(sleeps.exists, line)
                c.keys("C-c")
            c.see(f"[exit status {code}, press enter]")
            c.keys("Enter")
            c.see("/meanwhile")
            assert "failed" not in c.screen()
        c.keys("Q")
        assert c.ended() == 0
