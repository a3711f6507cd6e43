"""WebSockets through the proxy are what they are without it: every rule of RFC 6455 and RFC 7692, kept and broken by a client and by a server,
over all the ways. E2E_LONG=1 adds ways.
"""
import zlib

import pytest

from wscases import BAD, BYE, GREEK, GROUPS, HI, NOT_TEXT, SAID, surrogate
from wsframes import BINARY, CONT, PING, TEXT, Agreed, Chop, Echo, F, close, ended
from wsways import USUAL, WAYS, ways  # noqa: F401 (a fixture)


def run(number, steps, one, two):
    """One says the steps, two echoes."""
    echo, said = Echo(two), []
    if not any(s[0] in ("fails", "close") for s in steps):
        steps = [*steps, close(), BYE]
    for step in steps:
        if hasattr(step, "wire"):
            one.chop(step) if isinstance(step, Chop) else one.say(step)
            continue
        got = one.hear()
        said.append(got)
        if step[0] == "fails":
            assert got[:2] == ("close", step[1]), f"{number}: {got}, wanted {step}"
            if one.client is False:         # the client of a server that fails answers, or goes
                one.say(close(step[1]))
        else:
            assert got == step, f"{number}: {str(got)[:200]}, wanted {str(step)[:200]}"
    ended(one)
    echo.join(60)
    assert not echo.is_alive(), f"{number}: the other end is not told"
    return echo, said, steps[-1]


def check(number, echo, said, last):
    """The proxy lets nothing wrong pass, and tells the other end, too, how it ends. A text that ends inside a character has passed when that
    can be known."""
    assert echo.broken is None or (last == NOT_TEXT and echo.broken.code == 1007), f"{number}: {echo.broken}"
    messages = [e for e in echo.heard if e[0] in ("text", "binary")]
    assert messages == [e for e in said if e[0] in ("text", "binary")], number
    kind, *rest = echo.heard[-1] if echo.heard and not echo.broken else ("end",)
    if last[0] == "fails":
        assert kind == "end" or (kind, rest[0]) == ("close", last[1]), f"{number}: {echo.heard[-1]}"
    else:
        assert echo.heard[-1] == last, f"{number}: {echo.heard[-1]}"


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("speaker", ["client", "server"])
@pytest.mark.parametrize("name", USUAL)
def test_rows(ways, name, speaker, group):
    way, looks = ways(name), WAYS[name][2]
    for number, steps in GROUPS[group]:
        try:
            client, server = way.pair()
            one, two = (client, server) if speaker == "client" else (server, client)
            result = run(number, steps, one, two)
        except (OSError, EOFError) as e:
            raise AssertionError(f"{number}: {e!r}") from e
        if looks:
            check(number, *result)


@pytest.mark.parametrize("name", USUAL)
def test_gone_without_a_word(ways, name):
    for client_goes in (True, False):
        client, server = ways(name).pair()
        one, two = (client, server) if client_goes else (server, client)
        one.say(HI, F(TEXT, b"ha", False))
        one.stream.go()
        assert two.hear() == SAID
        assert two.hear() == ("end",)
        two.stream.shut()


# --- permessage-deflate ------------------------------------------------------

def raw_deflate(data, *flushes):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    return z.compress(data) + b"".join(z.flush(f) for f in flushes)


def deflate_rows():
    """RFC 7692 7.2.3 has one of each; then what is none."""
    def c(data, op=TEXT, fin=True):
        return F(op, data, fin, 4)
    hello = raw_deflate(b"hello", zlib.Z_SYNC_FLUSH)[:-4]
    wrong = raw_deflate(GREEK + surrogate(0xd800), zlib.Z_SYNC_FLUSH)[:-4]
    greek = raw_deflate(GREEK, zlib.Z_SYNC_FLUSH)[:-4]
    yield "plain", [HI, SAID, c(hello), SAID, HI, SAID]
    yield "in pieces", [c(hello[:3], fin=False), F(PING, b"p"), F(CONT, hello[3:]), ("pong", b"p"), SAID]
    yield "byte by byte", [c(b"", fin=False), *(F(CONT, hello[i:i + 1], False) for i in range(len(hello))), F(CONT), SAID]
    yield "chopped", [Chop(1, (c(hello), c(hello))), SAID, SAID]
    yield "stored", [c(b"\x00\x05\x00\xfa\xffhello\x00"), SAID]
    yield "BFINAL", [c(raw_deflate(b"hello", zlib.Z_FINISH) + b"\x00"), SAID]
    yield "two blocks", [c(raw_deflate(b"hel", zlib.Z_SYNC_FLUSH) + b"\x00\x02\x00\xfd\xfflo\x00"), SAID]
    yield "nothing", [c(b"\x00"), ("text", b""), c(b"\x00", BINARY), ("binary", b"")]
    yield "a letter cut", [c(greek[:1], fin=False), *(F(CONT, greek[i:i + 1], i == len(greek) - 1) for i in range(1, len(greek))),
                           ("text", GREEK)]
    yield "no UTF-8", [c(wrong), NOT_TEXT]
    yield "no UTF-8, in pieces", [c(wrong[:4], fin=False), F(CONT, wrong[4:]), NOT_TEXT]
    yield "damaged", [c(b"\xff\xff\xff\xff"), NOT_TEXT]
    yield "too far back", [c(raw_deflate(b"hello hello hello", zlib.Z_SYNC_FLUSH)[6:-4]), NOT_TEXT]
    yield "RSV1 on a continuation", [c(hello[:3], fin=False), F(CONT, hello[3:], True, 4), BAD]
    yield "RSV1 on a ping", [F(PING, b"p", True, 4), BAD]
    yield "RSV1 on a close", [F(8, b"", True, 4), BAD]
    yield "RSV2", [F(TEXT, hello, True, 2), BAD]


@pytest.mark.parametrize("speaker", ["client", "server"])
@pytest.mark.parametrize("name", ["direct", "reverse", "h2", "script", "to h2", "h2 to h2"])
def test_12_frames(ways, name, speaker):
    for number, steps in deflate_rows():
        ends = ways(name).pair("permessage-deflate", Agreed())
        result = run(number, steps, *(ends if speaker == "client" else ends[::-1]))
        if WAYS[name][2] and number not in ("damaged", "too far back"):     # no more than passes can be known
            check(number, *result)
