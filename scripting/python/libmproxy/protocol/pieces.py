"""Bodies that pass through a script's generator."""
import queue
import threading

from libmproxy import encoding

_MORE, _END = object(), object()


class Pieces:
    """
    Today's callable (bytes in, bytes out) in front of a classic one, which takes a generator of (prefix, content,
    suffix) and is one itself. It pulls where the program pushes, so it has a thread of its own; the two take turns.

    The prefix and suffix of a chunked body are those of its chunks. What a script makes of them goes no further, for the
    program makes chunks itself; of other bodies they are empty, and what a script puts there is a part of the body.
    """

    def __init__(self, fn, chunked=False):
        self.fn, self._over, self._chunked = fn, False, chunked
        self._in, self._out = queue.SimpleQueue(), queue.SimpleQueue()
        self._thread = None

    def __call__(self, data):
        out = []
        if self._thread is None:
            self._thread = threading.Thread(target=_work, args=(self.fn, self._in, self._out, self._chunked), daemon=True,
                                            name="ScriptStream")
            self._thread.start()
            self._turn(out)
        if not self._over:
            self._in.put(data)
            self._turn(out)
        return b"".join(out)

    def _turn(self, out):
        """What it yields until it wants more or is through."""
        while (x := self._out.get()) is not _MORE:
            if x is _END or isinstance(x, BaseException):
                self._over = True
                if x is not _END:
                    raise x
                return
            out.append(x)

    def __del__(self):
        self._in.put(b"")               # a stream that was cut: the thread ends


def _work(fn, given, out, chunked):
    def chunks():
        while True:
            out.put(_MORE)
            data = given.get()
            if chunked:
                yield "%x\r\n" % len(data), data.decode("latin-1"), "\r\n"
            elif data:
                yield "", data.decode("latin-1"), ""
            if not data:
                return
    try:
        for parts in fn(chunks()):
            if chunked and not isinstance(parts, (str, bytes)):
                _, *parts, _ = parts
            out.put(b"".join(map(encoding._bytes, [parts] if isinstance(parts, (str, bytes)) else parts)))
        out.put(_END)
    except BaseException as e:
        out.put(e)
