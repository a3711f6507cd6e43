"""WebSocket frame by frame (RFC 6455, RFC 7692): an end that says any bytes and tells what it hears, and one that echoes."""
import codecs
import contextlib
import os
import struct
import threading
import zlib
from typing import NamedTuple

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
NAMES = {TEXT: "text", BINARY: "binary", CLOSE: "close", PING: "ping", PONG: "pong"}
TAIL = b"\x00\x00\xff\xff"              # ends each compressed message, and is never sent


class F(NamedTuple):
    """A frame, right or wrong. This and the others have their bytes as an end says them, who masks or does not."""
    op: int
    data: bytes = b""
    fin: bool = True
    rsv: int = 0

    def wire(self, key):
        n, mask = len(self.data), 0x80 if key else 0
        size = bytes([mask | n]) if n < 126 else struct.pack("!BH", mask | 126, n) if n < 65536 else struct.pack("!BQ", mask | 127, n)
        first = bytes([0x80 * self.fin | self.rsv << 4 | self.op])
        return first + size + (key + masked(self.data, key) if key else self.data)


class Chop(NamedTuple):
    """Frames that go out in pieces of so many bytes."""
    size: int
    frames: tuple

    def wire(self, key):
        return b"".join(f.wire(key) for f in self.frames)


class Part(NamedTuple):
    """Payload bytes of a frame from cut to stop, or with its header."""
    frame: F
    cut: int | None
    stop: int

    def wire(self, key):
        whole = self.frame.wire(key)
        head = len(whole) - len(self.frame.data)
        return whole[0 if self.cut is None else head + self.cut:head + self.stop]


class Sized(NamedTuple):
    """A header whose length is in some other form."""
    size: bytes

    def wire(self, key):
        return b"\x82" + bytes([self.size[0] | (0x80 if key else 0)]) + self.size[1:] + (key or b"")


class WrongMask(NamedTuple):
    """Masked by a server, bare from a client."""
    frame: F

    def wire(self, key):
        return self.frame.wire(None if key else b"mask")


class Broken(Exception):
    def __init__(self, code, what):
        super().__init__(what)
        self.code = code


def masked(data, key, at=0):
    n = len(data)
    stream = (key[at % 4:] + key[:at % 4]) * (n // 4 + 1)
    return (int.from_bytes(data, "little") ^ int.from_bytes(stream[:n], "little")).to_bytes(n, "little")


def close(code=1000, reason=b""):
    return F(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


# --- permessage-deflate ------------------------------------------------------

class Agreed(NamedTuple):
    """What both ends have agreed on (RFC 7692 7.1)."""
    client_alone: bool = False
    server_alone: bool = False
    client_bits: int = 15
    server_bits: int = 15

    def header(self):
        parts = ["permessage-deflate"]
        parts += ["client_no_context_takeover"] * self.client_alone + ["server_no_context_takeover"] * self.server_alone
        parts += [f"client_max_window_bits={self.client_bits}"] * (self.client_bits != 15)
        parts += [f"server_max_window_bits={self.server_bits}"] * (self.server_bits != 15)
        return "; ".join(parts)


class Squeeze:
    """Compresses what one end says. zlib has no window of 8 bits, but with 9 it does not look back farther than 8 allow."""

    def __init__(self, bits, alone):
        self.bits, self.alone, self.z = max(bits, 9), alone, None

    def __call__(self, data, level=6):
        if self.z is None or self.alone:
            self.z = zlib.compressobj(level, zlib.DEFLATED, -self.bits)
        return (self.z.compress(data) + self.z.flush(zlib.Z_SYNC_FLUSH))[:-4]


class Expand:
    def __init__(self, bits, alone):
        self.bits, self.alone, self.z = bits, alone, None

    def begin(self):
        if self.z is None or self.alone:
            self.z = zlib.decompressobj(-self.bits)

    def __call__(self, data):
        try:
            return self.z.decompress(data)
        except zlib.error as e:
            raise Broken(1007, str(e)) from None


# --- ends --------------------------------------------------------------------

class End:
    """One end of a WebSocket. What it hears must be right, or Broken is raised with the code to close with."""

    def __init__(self, stream, client, agreed=None):
        self.stream, self.client, self.agreed, self.buf = stream, client, agreed, bytearray()
        self.key = os.urandom(4) if client else None
        self.op, self.parts, self.text = 0, [], None
        if agreed:
            mine, theirs = (agreed.client_bits, agreed.client_alone), (agreed.server_bits, agreed.server_alone)
            mine, theirs = (mine, theirs) if client else (theirs, mine)
            self.squeeze, self.expand = Squeeze(*mine), Expand(*theirs)

    def say(self, *frames):
        self.stream.send(b"".join(f.wire(self.key) for f in frames))

    def chop(self, chop):
        size, data = chop.size, chop.wire(self.key)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):    # it was wrong, and that was seen
            for i in range(0, len(data), size):
                self.stream.send(data[i:i + size])

    def message(self, op, data, piece=0, level=6):
        """Compressed if that was agreed on, in frames of that many bytes."""
        rsv = 0
        if self.agreed:
            data, rsv = self.squeeze(data, level), 4
        piece = piece or max(1, len(data))
        cuts = range(0, max(1, len(data)), piece)
        return [F(op if i == 0 else CONT, data[i:i + piece], i == cuts[-1], rsv if i == 0 else 0) for i in cuts]

    def take(self, n):
        while len(self.buf) < n:
            more = self.stream.recv()
            if not more:
                raise EOFError
            self.buf += more
        out = bytes(self.buf[:n])
        del self.buf[:n]
        return out

    def head(self):
        a, b = self.take(2)
        op, fin, rsv, n = a & 15, a >> 7, a >> 4 & 7, b & 127
        if op not in (CONT, TEXT, BINARY, CLOSE, PING, PONG):
            raise Broken(1002, "reserved opcode")
        if rsv and not (rsv == 4 and self.agreed and op in (TEXT, BINARY)):
            raise Broken(1002, "reserved bits")
        if op >= CLOSE and (not fin or n > 125):
            raise Broken(1002, "control frame")
        if op < CLOSE and (op == CONT) != (self.op != 0):
            raise Broken(1002, "order of fragments")
        if bool(b >> 7) == self.client:
            raise Broken(1002, "mask")
        least = {126: 126, 127: 65536}.get(n, 0)
        n, = struct.unpack("!H", self.take(2)) if n == 126 else struct.unpack("!Q", self.take(8)) if n == 127 else (n,)
        if n < least or n >> 63:
            raise Broken(1002, "length")
        return op, fin, rsv, n

    def data(self, plain):
        """Plain bytes of a message, as they come."""
        if self.text:
            try:
                self.text.decode(plain)
            except UnicodeDecodeError:
                raise Broken(1007, "not UTF-8") from None
        self.parts.append(plain)

    def payload(self, op, n):
        """Piece by piece: nobody waits for the rest of what is wrong already."""
        key, at, out = b"" if self.client else self.take(4), 0, []
        while at < n:
            piece = self.take(min(n - at, max(1, len(self.buf))))
            at += len(piece)
            if key:
                piece = masked(piece, key, at - len(piece))
            if op >= CLOSE:
                out.append(piece)
            else:
                self.data(self.expand(piece) if self.zipped else piece)
        return b"".join(out)

    def finish(self):
        if self.zipped:
            self.data(self.expand(TAIL))
            if self.expand.z.eof:       # it ended with a block of its own
                self.expand.z = None
        if self.text and self.text.getstate()[0]:
            raise Broken(1007, "not UTF-8")
        out, self.op, self.parts, self.text = (NAMES[self.op], b"".join(self.parts)), 0, [], None
        return out

    def hear(self):
        """The next event: ("text", data) and the like, ("close", code, reason), ("end",)."""
        while True:
            try:
                op, fin, rsv, n = self.head()
                if op in (TEXT, BINARY):
                    self.op, self.zipped = op, bool(rsv)
                    self.text = codecs.getincrementaldecoder("utf-8")() if op == TEXT else None
                    if rsv:
                        self.expand.begin()
                data = self.payload(op, n)
            except (EOFError, ConnectionResetError, BrokenPipeError):
                return ("end",)
            if op == CLOSE:
                return self.closed(data)
            if op > CLOSE:
                return (NAMES[op], data)
            if fin:
                return self.finish()

    @staticmethod
    def closed(data):
        if len(data) == 1:
            raise Broken(1002, "close code")
        code = struct.unpack("!H", data[:2])[0] if data else None
        if code is not None and not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
            raise Broken(1002, f"close code {code}")
        try:
            data.decode() if len(data) < 2 else data[2:].decode()
        except UnicodeDecodeError:
            raise Broken(1007, "close reason") from None
        return ("close", code, data[2:])


class Echo(threading.Thread):
    """The other end: says all messages back, answers pings and closes, and remembers."""

    def __init__(self, end):
        super().__init__(daemon=True)
        self.end, self.heard, self.broken = end, [], None
        self.start()

    def run(self):
        end = self.end
        try:
            while True:
                kind, *what = event = end.hear()
                self.heard.append(event)
                if kind in ("text", "binary"):
                    end.say(*end.message(TEXT if kind == "text" else BINARY, what[0]))
                elif kind == "ping":
                    end.say(F(PONG, what[0]))
                elif kind == "close":
                    end.say(close(*what))
                if kind in ("close", "end"):
                    break
        except Broken as e:
            self.broken = e
            with contextlib.suppress(OSError):
                end.say(close(e.code))
        except OSError:
            self.heard.append(("end",))
        if end.client:                  # the server shuts first (RFC 6455 7.1.1)
            with contextlib.suppress(OSError):
                while end.stream.recv():
                    pass
        end.stream.shut()


def ended(end):
    """The server shuts first; then nothing more is heard."""
    if end.client:
        assert end.hear() == ("end",)
    end.stream.shut()
