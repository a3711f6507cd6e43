"""Long talks over WebSockets: all that permessage-deflate can be agreed to, thousands of messages, large ones, some that are changed on the way.
E2E_LONG=1 adds ways, sizes and numbers, and compares the time with that of a direct run.
"""
import itertools
import random
import time

import pytest

from wscases import BYE, HI, SAID
from wsframes import BINARY, PING, TEXT, Agreed, Chop, Echo, F, close, ended
from wsways import LONG, Way, ways  # noqa: F401 (a fixture)

BITS = range(8, 16)
PARAMETERS = [Agreed()] + [Agreed(a, b) for a, b in ((True, False), (False, True), (True, True))] \
    + [Agreed(False, False, c, s) for c, s in itertools.product(BITS, BITS) if c == s or 15 in (c, s) or LONG] \
    + [Agreed(True, True, n, n) for n in (8, 9, 15)]
SIZES = [0, 1, 2, 16, 64, 125, 126, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072]


def offer_of(p):
    """One that a server may answer with p. A client that can be told its window says so."""
    return "; ".join(["permessage-deflate"] + ["server_no_context_takeover"] * p.server_alone + ["client_max_window_bits"] * (p.client_bits < 15)
                     + [f"server_max_window_bits={p.server_bits}"] * (p.server_bits < 15))


def words(n, seed):
    """Text that can be squeezed, some of it more than one byte a letter."""
    r = random.Random(seed)
    out = " ".join(r.choice(["weir", "Wehr", "vanne", "плотина", "堰", "%d" % r.randrange(1000)]) for _ in range(n // 4 + 1))
    return out.encode()[:n].decode(errors="ignore").encode().ljust(n, b".")


def converse(one, two, messages):
    """As many at a time as may be under way; all come back as they were."""
    echo, due, under_way = Echo(two), [], 0

    def hear():
        want = due.pop(0)
        got = one.hear()
        assert got[0] == want[0] and got[1] == want[1], f"{got[0]} of {len(got[1])}, wanted {want[0]} of {len(want[1])}"
        return len(got[1])

    for op, data, piece in messages:
        frames = one.message(op, data, piece)
        if len(frames) > 1:
            frames.insert(len(frames) // 2, F(PING, data[:9]))
            due.append(("pong", data[:9]))
        due.append(("text" if op == TEXT else "binary", data))
        one.say(*frames)
        under_way += len(data)
        while due and under_way > 1 << 15:
            under_way -= hear()
    while due:
        hear()
    one.say(close(4321, b"enough"))
    assert one.hear() == ("close", 4321, b"enough")
    ended(one)
    echo.join(60)
    assert echo.broken is None and echo.heard[-1] == ("close", 4321, b"enough")


@pytest.mark.parametrize("speaker", ["client", "server"])
@pytest.mark.parametrize("name", ["reverse", "h2", "script", "h2 to h2"] + LONG * ["direct", "tls", "held", "h2 script", "to h2"])
def test_12_13_all_parameters(ways, name, speaker):
    for i, p in enumerate(PARAMETERS):
        ends = ways(name).pair(offer_of(p), p)
        r = random.Random(i)
        sizes = r.sample(SIZES[:-3], 5) + [32768] * 2
        converse(*(ends if speaker == "client" else ends[::-1]), [
            (r.choice((TEXT, BINARY)), words(n, n), r.choice((0, 1 if n < 999 else 7, 256, 1024))) for n in sizes])


OFFERS = [
    # what is offered, what the server grants of it
    ("permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits=9"),
    ("permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=9"),
    ("permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=9"),
    ("permessage-deflate", "permessage-deflate; server_max_window_bits=9"),
    ("permessage-deflate", "permessage-deflate; client_no_context_takeover; server_no_context_takeover"),
    ("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
    ("permessage-deflate; server_max_window_bits=9; server_no_context_takeover, permessage-deflate; server_no_context_takeover, "
     "permessage-deflate", "permessage-deflate; server_no_context_takeover"),
    ("permessage-deflate; server_max_window_bits=\"10\"", "permessage-deflate; server_max_window_bits=10"),
]


def granted(text):
    p = dict(x.strip().partition("=")[::2] for x in text.split(";")[1:])
    return Agreed("client_no_context_takeover" in p, "server_no_context_takeover" in p, int(p.get("client_max_window_bits", 15)),
                  int(p.get("server_max_window_bits", 15)))


@pytest.mark.parametrize("name", ["reverse", "h2"])
def test_13_offers_and_grants(ways, name):
    for offer, grant in OFFERS:
        client, server = ways(name).pair(offer, granted(grant))
        converse(client, server, [(TEXT, words(n, 1), 100) for n in (1000, 5000, 0, 1000)])
    client, server = ways(name).pair("permessage-deflate", None)        # and none is granted
    converse(client, server, [(TEXT, b"plain", 0)])


# --- many and large ----------------------------------------------------------

def crowd(n, seed):
    """Messages of all sizes about the edges of frames and buffers, in pieces of all sizes."""
    r, edges = random.Random(seed), [0, 125, 126, 127, 65535, 65536, 16383, 16384, 16385, 32768]
    for _ in range(n):
        size = r.choice([r.randrange(200), r.randrange(200), r.randrange(2000), r.choice(edges)])
        op = r.choice((TEXT, BINARY))
        yield op, words(size, size) if op == TEXT else r.randbytes(size), r.choice((0, 0, r.randrange(1, 50) if size < 2000 else 997, 4096))


@pytest.mark.parametrize("speaker", ["client", "server"])
@pytest.mark.parametrize("squeezed", [False, True])
@pytest.mark.parametrize("name", ["reverse", "h2", "script", "to h2"] + LONG * ["direct", "tls", "held", "raw", "h2 script", "h2 to h2",
                                                                               "script to h2", "raw to h2"])
def test_thousands_of_messages(ways, name, squeezed, speaker):
    p = Agreed() if squeezed else None
    ends = ways(name).pair(p.header() if p else "", p)
    converse(*(ends if speaker == "client" else ends[::-1]), crowd(5000 if LONG else 600, 7))


@pytest.mark.parametrize("name", ["reverse", "h2", "held"] + LONG * ["direct", "tls", "script", "raw", "h2 script"])
def test_9_sizes(ways, name):
    """One frame, frames of all sizes, chops of all sizes."""
    mib = 1 << 20
    tries = [(BINARY, 1 << 16, 0, 0), (TEXT, mib, 0, 0), (TEXT, mib, 64, 0), (BINARY, mib, 4096, 0), (TEXT, 1 << 18, 0, 64), (BINARY, 4 * mib, 0, 0)]
    if LONG:
        tries += [(op, n * mib, 0, 0) for op in (TEXT, BINARY) for n in (8, 16)] + [(TEXT, 4 * mib, 1 << n, 0) for n in range(6, 22, 2)] \
            + [(BINARY, mib, 0, 1 << n) for n in range(6, 12)]
    client, server = ways(name).pair()
    Echo(server)
    for op, n, piece, chop in tries:
        data = (words(9999, 9) * (n // 9999 + 1))[:n] if op == BINARY else (b"%08d" * (n // 8) % tuple(range(n // 8)) + b"x" * (n % 8))
        frames = client.message(op, data, piece)
        client.chop(Chop(chop, frames)) if chop else client.say(*frames)
        assert client.hear() == ("text" if op == TEXT else "binary", data)
    client.say(close())
    assert client.hear() == BYE
    ended(client)


def test_many_in_one_connection(ways):
    """A hundred WebSockets as streams of one HTTP/2 connection, all talking."""
    way = ways("h2")
    pairs = [way.pair("permessage-deflate", Agreed()) for _ in range(100)]
    for _, server in pairs:
        Echo(server)
    for turn in range(10):
        for i, (client, _) in enumerate(pairs):
            client.say(*client.message(TEXT, b"%d of %d " % (turn, i) * i, 99))
        for i, (client, _) in enumerate(pairs):
            assert client.hear() == ("text", b"%d of %d " % (turn, i) * i)
    for i, (client, _) in enumerate(pairs):
        if i % 2:                       # the others are left alone
            client.say(close(3000 + i))
            assert client.hear() == ("close", 3000 + i, b"")
            ended(client)
    for i, (client, _) in enumerate(pairs):
        if i % 2 == 0:
            client.say(HI)
            assert client.hear() == SAID
            client.stream.shut()


# --- changed on the way ------------------------------------------------------

CHANGES = """
class A:
    def websocket_message(self, flow):
        m = flow.websocket.messages[-1]
        n = int(m.content.split()[0])
        if n % 3 == 1:
            m.content = m.content + b" changed"
        elif n % 3 == 2:
            m.drop()
addons = [A()]
"""


@pytest.mark.parametrize("how", ["reverse", "h2"])
def test_changed_and_dropped(tmp_path, authority, how):
    """Behind what was changed the compression of all that follows fits, whatever was agreed on."""
    if how == "h2":
        pytest.importorskip("h2")
    (tmp_path / "changes.py").write_text(CHANGES)
    way = Way(how, tmp_path, authority, "-s", "changes.py")
    for p in [None, *PARAMETERS]:
        client, server = way.pair(offer_of(p) if p else "", p)
        for one, two in ((client, server), (server, client)):
            for n in range(30):
                one.say(*one.message(TEXT, b"%d the same words again and again " % n * (1 + n % 5 * 40), 50 if n % 2 else 0))
            for n in range(30):
                if n % 3 != 2:
                    said = b"%d the same words again and again " % n * (1 + n % 5 * 40)
                    assert two.hear() == ("text", said + b" changed" * (n % 3 == 1))
        client.say(close())
        assert server.hear() == BYE
        server.say(close())
        assert client.hear() == BYE
        server.stream.shut()
        ended(client)
    way.stop()


# --- time --------------------------------------------------------------------

def seconds(way, job):
    """The best of five."""
    best = 1e9
    for _ in range(5):
        client, server = way.pair()
        Echo(server)
        began = time.monotonic()
        job(client)
        best = min(best, time.monotonic() - began)
        client.say(close())
        assert client.hear() == BYE
        ended(client)
    return best


def large(client):
    frames = client.message(BINARY, b"16 MiB of this. " * (1 << 20))
    for _ in range(3):
        client.say(*frames)
        assert len(client.hear()[1]) == 1 << 24


def small(client):
    many = [F(TEXT, b"%d" % i) for i in range(20000)]
    for i in range(0, len(many), 500):
        client.say(*many[i:i + 500])
        for j in range(i, i + 500):
            assert client.hear() == ("text", b"%d" % j)


def round_trips(client):
    for i in range(2000):
        client.say(F(TEXT, b"%d" % i))
        assert client.hear() == ("text", b"%d" % i)


@pytest.mark.skipif(not LONG, reason="E2E_LONG is not set")
@pytest.mark.parametrize("job, most", [(large, 2), (small, 2), (round_trips, 3)])       # twice as many steps one after the other
def test_9_hardly_slower(ways, job, most):
    direct = seconds(ways("direct"), job)
    for name in ("reverse", "held"):
        through = seconds(ways(name), job)
        print(f"{job.__name__}: direct {direct:.3f} s, {name} {through:.3f} s")
        assert through < most * direct, name
