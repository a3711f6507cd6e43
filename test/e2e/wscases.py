"""What is said to an end of a WebSocket, right and wrong, and what must come back. The numbers are those that the Autobahn test suite gives to
its cases of the same kind; +n are more of it.

A row is (number, steps). A frame and the like is said, a plain tuple is heard: an event of End.hear(), or ("fails", code) when the connection
must fail then. Where a row does not close, a close follows.
"""
from wsframes import BINARY, CLOSE, CONT, PING, PONG, TEXT, Chop, F, Part, Sized, WrongMask, close

HI, BYE = F(TEXT, b"hello"), ("close", 1000, b"")
SAID = ("text", b"hello")
BAD, NOT_TEXT = ("fails", 1002), ("fails", 1007)


def framing():
    for i, n in enumerate((0, 125, 126, 127, 128, 65535, 65536), 1):
        yield f"1.1.{i}", [F(TEXT, b"*" * n), ("text", b"*" * n)]
        yield f"1.2.{i}", [F(BINARY, b"\xfe" * n), ("binary", b"\xfe" * n)]
    yield "1.1.8", [Chop(997, (F(TEXT, b"*" * 65536),)), ("text", b"*" * 65536)]
    yield "1.2.8", [Chop(997, (F(BINARY, b"\xfe" * 65536),)), ("binary", b"\xfe" * 65536)]
    yield "1.2+1", [Chop(1, (F(BINARY, b"\xfe" * 300),)), ("binary", b"\xfe" * 300)]


def pings():
    odd, most = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125
    for i, data in enumerate((b"", b"hello", odd, most), 1):
        yield f"2.{i}", [F(PING, data), ("pong", data)]
    yield "2.5", [F(PING, b"\xfe" * 126), BAD]
    yield "2.6", [Chop(1, (F(PING, most),)), ("pong", most)]
    yield "2.7", [F(PONG)]
    yield "2.8", [F(PONG, b"unasked")]
    yield "2.9", [F(PONG, b"unasked"), F(PING, b"asked"), ("pong", b"asked")]
    ten = [F(PING, b"payload-%d" % i) for i in range(10)]
    yield "2.10", [*ten, *(("pong", f.data) for f in ten)]
    yield "2.11", [Chop(1, tuple(ten)), *(("pong", f.data) for f in ten)]
    yield "2+1", [F(PONG, b"\xfe" * 126), BAD]
    yield "2+2", [F(TEXT, b"a", False), *ten, F(CONT, b"b"), *(("pong", f.data) for f in ten), ("text", b"ab")]


def reserved_bits():
    yield "3.1", [F(TEXT, b"small", True, 1), BAD]
    yield "3.2", [HI, F(TEXT, b"small", True, 2), F(PING), SAID, BAD]
    yield "3.3", [HI, SAID, F(TEXT, b"small", True, 3), F(PING), BAD]
    yield "3.4", [Chop(1, (HI, F(TEXT, b"small", True, 4), F(PING))), SAID, BAD]
    yield "3.5", [F(BINARY, b"\xff\x00", True, 5), BAD]
    yield "3.6", [F(PING, b"hello", True, 6), BAD]
    yield "3.7", [F(CLOSE, b"", True, 7), BAD]
    yield "3+1", [F(TEXT, b"a", False), F(CONT, b"b", True, 4), BAD]


def opcodes():
    for part, ops in ((1, range(3, 8)), (2, range(11, 16))):
        for i, op in enumerate(ops, 1):
            wrong = F(op, b"reserved" if i % 2 == 0 else b"")
            yield f"4.{part}.{i}", [*[[wrong], [wrong], [HI, wrong, F(PING), SAID], [HI, SAID, wrong, F(PING)],
                                      [Chop(1, (HI, wrong, F(PING))), SAID]][i - 1], BAD]


def fragments():
    one, two = F(TEXT, b"fragment1", False), F(CONT, b"fragment2")
    both, ping, pong = ("text", b"fragment1fragment2"), F(PING, b"ping"), ("pong", b"ping")
    stray, last = F(CONT, b"stray", False), F(CONT, b"stray")
    yield "5.1", [F(PING, b"a", False), F(CONT, b"b"), BAD]
    yield "5.2", [F(PONG, b"a", False), F(CONT, b"b"), BAD]
    yield "5.3", [one, two, both]
    yield "5.4", [Chop(1, (one,)), Chop(1, (two,)), both]
    yield "5.5", [Chop(1, (one, two)), both]
    yield "5.6", [one, ping, two, pong, both]
    yield "5.7", [one, ping, pong, two, both]
    yield "5.8", [Chop(1, (one, ping, two)), pong, both]
    yield "5.9", [last, HI, BAD]
    yield "5.10", [last, BAD]
    yield "5.11", [Chop(1, (last, HI)), BAD]
    yield "5.12", [stray, HI, BAD]
    yield "5.13", [stray, BAD]
    yield "5.14", [Chop(1, (stray, HI)), BAD]
    yield "5.15", [one, two, stray, HI, both, BAD]
    yield "5.16", [stray, F(TEXT, b"a", False), two, stray, BAD]
    yield "5.17", [last, F(TEXT, b"a", False), two, last, BAD]
    yield "5.18", [one, F(TEXT, b"fragment2"), BAD]
    parts = [one, F(CONT, b"2", False), F(CONT, b"3", False), F(CONT, b"4", False), F(CONT, b"5")]
    second = F(PING, b"second")
    yield "5.19", [*parts[:2], ping, pong, *parts[2:4], second, parts[4], ("pong", b"second"), ("text", b"fragment12345")]
    yield "5.20", [*parts[:2], ping, pong, *parts[2:4], second, ("pong", b"second"), parts[4], ("text", b"fragment12345")]
    yield "5+1", [F(BINARY, b"", False), *[F(CONT, b"", False)] * 50, F(CONT), ("binary", b"")]


GREEK = "κ\u1f79σμε".encode()
VALID = [GREEK, b"hello\x24world", "hello\xa2world".encode(), "hello€world".encode(), "hello\U00024b62world".encode(),
         *(chr(c).encode() for c in (0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff, 0xd7ff, 0xe000, 0xfffd)),
         *(chr(plane << 16 | 0xfffe | low).encode() for plane in range(17) for low in (0, 1)), b"", ("\ufeff" + "x" * 100).encode()]


def surrogate(c):
    return chr(c).encode(errors="surrogatepass")


def overlong(c, n):
    """The character in n bytes, which are too many."""
    lead = (0, 0, 0xc0, 0xe0, 0xf0, 0xf8, 0xfc)[n]
    return bytes([lead | c >> 6 * (n - 1), *(0x80 | c >> 6 * i & 0x3f for i in range(n - 2, -1, -1))])


TOO_FAR = GREEK + overlong(0x110000, 4) + b"edited"
LONELY = [*(bytes([b]) for b in range(0x80, 0xc0)), *(b"\x80\xbf" * n for n in range(1, 4)), bytes(range(0x80, 0xc0))]
STARTS = [*(bytes([b, 0x20]) for b in range(0xc0, 0xfe)), b"".join(bytes([b, 0x20]) for b in range(0xc0, 0xe0))]
CUT = [overlong(0, n)[:-1] for n in range(2, 7)] + [overlong((1 << 5 * n + 1 if n > 2 else 0x800) - 1, n)[:-1] for n in range(2, 7)]
INVALID = {
    6: [GREEK[:n] for n in (1, 3, 4, 6, 8, 10)],
    8: [overlong(1 << 21, 5), overlong(1 << 26, 6)],
    10: [overlong((1 << 21) - 1, 4), overlong((1 << 26) - 1, 5), overlong((1 << 31) - 1, 6)],
    11: [overlong(0x110000, 4)],
    12: LONELY, 13: STARTS, 14: CUT, 15: [b"".join(CUT)],
    16: [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"],
    17: [overlong(0x2f, n) for n in range(2, 7)],
    18: [overlong(c, n) for n, c in ((2, 0x7f), (3, 0x7ff), (4, 0xffff), (5, 0x1fffff), (6, 0x3ffffff))],
    19: [overlong(0, n) for n in range(2, 7)],
    20: [surrogate(c) for c in (0xd800, 0xdb7f, 0xdb80, 0xdbff, 0xdc00, 0xdf80, 0xdfff)],
    21: [surrogate(a) + surrogate(b) for a in (0xd800, 0xdb7f, 0xdb80, 0xdbff) for b in (0xdc00, 0xdfff)],
}


def pieces(data, n=1):
    cuts = [data[i:i + n] for i in range(0, len(data), n)]
    return [F(TEXT if i == 0 else CONT, c, i == len(cuts) - 1) for i, c in enumerate(cuts)]


def utf8():
    mixed = "Hello-µ@ßöäüàá-UTF-8!!".encode()
    yield "6.1.1", [F(TEXT), ("text", b"")]
    yield "6.1.2", [F(TEXT, b"", False), F(CONT, b"", False), F(CONT), ("text", b"")]
    yield "6.1.3", [F(TEXT, b"", False), F(CONT, b"middle", False), F(CONT), ("text", b"middle")]
    yield "6.2.1", [F(TEXT, mixed), ("text", mixed)]
    yield "6.2.2", [*pieces(mixed, 8), ("text", mixed)]
    yield "6.2.3", [*pieces(mixed), ("text", mixed)]
    yield "6.2.4", [*pieces(GREEK), ("text", GREEK)]
    wrong = GREEK + surrogate(0xd800) + b"edited"
    yield "6.3.1", [F(TEXT, wrong), NOT_TEXT]
    yield "6.3.2", [*pieces(wrong), NOT_TEXT]
    # Not a byte later than it is clear: the ping says that it was not yet.
    ping, pong = F(PING, b"still here"), ("pong", b"still here")
    end = len(GREEK)
    for i, cut, stop in ((1, end, end + 4), (2, end + 1, end + 2)):
        yield f"6.4.{i}", [F(TEXT, TOO_FAR[:cut], False), ping, pong, F(CONT, TOO_FAR[cut:stop], False), NOT_TEXT]
    for i, data in enumerate(VALID):
        yield f"6.5+{i}", [F(TEXT, data), *pieces(data), ("text", data), *[("text", data)] * (data != b"")]
    for part, list_of in INVALID.items():
        for i, data in enumerate(list_of, 1):
            yield f"6.{part}.{i}", [F(TEXT, data), NOT_TEXT]
    yield "6+1", [F(BINARY, wrong), ("binary", wrong), HI, SAID]
    yield "6+2", [F(TEXT, GREEK[:1], False), ping, pong, F(CONT, GREEK[1:]), ("text", GREEK)]


def early():
    """A frame that is wrong in its middle: the rest need not come. Only who looks into frames before their end can know."""
    end = len(GREEK)
    for i, cut, stop in ((3, end, end + 4), (4, end + 1, end + 2)):
        yield f"6.4.{i}", [Part(F(TEXT, TOO_FAR), None, cut), Part(F(TEXT, TOO_FAR), cut, stop), NOT_TEXT]


def closing():
    one, big = F(TEXT, b"fragment1", False), F(TEXT, b"BAsd7&jh23" * 26214)
    yield "7.1.1", [HI, SAID, close(), BYE]
    yield "7.1.2", [close(), close(), BYE]
    yield "7.1.3", [close(), F(PING), BYE]
    yield "7.1.4", [close(), HI, BYE]
    yield "7.1.5", [one, close(), F(CONT, b"fragment2"), BYE]
    yield "7.1.6", [big, HI, close(), F(PING), ("text", big.data), SAID, BYE]
    yield "7.3.1", [close(None), ("close", None, b"")]
    yield "7.3.2", [F(CLOSE, b"a"), BAD]
    yield "7.3.3", [close(), BYE]
    yield "7.3.4", [close(1000, b"hello"), ("close", 1000, b"hello")]
    yield "7.3.5", [close(1000, b"*" * 123), ("close", 1000, b"*" * 123)]
    yield "7.3.6", [close(1000, b"*" * 124), BAD]
    yield "7.5.1", [close(1000, GREEK + surrogate(0xd800)), NOT_TEXT]
    for i, code in enumerate((1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999), 1):
        yield f"7.7.{i}", [close(code), ("close", code, b"")]
    for code in (1012, 1013, 1014):
        yield f"7.7+{code}", [close(code, b"registered since"), ("close", code, b"registered since")]
    for i, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 1015), 1):
        yield f"7.9.{i}", [close(code), BAD]
    yield "7.13.1", [close(5000), BAD]
    yield "7.13.2", [close(65535), BAD]
    yield "7+1", [Chop(1, (close(4999, "grüße".encode()),)), ("close", 4999, "grüße".encode())]


def lengths():
    """Longer than need be, or negative (RFC 6455 5.2)."""
    for i, size in enumerate((b"\x7e\x00\x05", b"\x7f" + b"\x00" * 7 + b"\x05", b"\x7f" + b"\x00" * 6 + b"\xff\xff", b"\x7f\x80" + b"\x00" * 7)):
        yield f"1+{i}", [Sized(size), BAD]


def masks():
    yield "1+mask", [WrongMask(HI), BAD]


def fragmented_by_itself():
    data = b"*" * 65536
    yield "10.1.1", [*pieces(data, 1300), ("text", data)]


GROUPS = {"1 framing": [*framing(), *lengths(), *masks()], "2 pings": [*pings()], "3 reserved bits": [*reserved_bits()],
          "4 opcodes": [*opcodes()], "5 fragments": [*fragments()], "6 UTF-8": [*utf8()], "6.4 early": [*early()], "7 closing": [*closing()],
          "10 pieces": [*fragmented_by_itself()]}
