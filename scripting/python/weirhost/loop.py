"""
The event loop of the Python thread. It sleeps on the program's queue, so a
hook costs no system call more than it must; only while a script's own
coroutines watch sockets does it sleep in select(), and a pipe wakes it.
"""
import asyncio
import math
import selectors
import time

import _weir

FOREVER = -1


class QueueSelector(selectors.BaseSelector):
    """A selector whose select() also takes what is in the queue and has it served."""

    def __init__(self, serve):
        self.real = selectors.DefaultSelector()
        self.serve = serve
        self.loop = None
        self.pipe = None

    def register(self, fileobj, events, data=None):
        if self.pipe is None:
            self.pipe = _weir.fd()
            self.real.register(self.pipe, selectors.EVENT_READ, None)
        return self.real.register(fileobj, events, data)

    def unregister(self, fileobj):
        key = self.real.unregister(fileobj)
        if len(self.real.get_map()) == 1:
            self.real.unregister(self.pipe)
            self.pipe = None
            _weir.use_fd(False)
        return key

    def modify(self, fileobj, events, data=None):
        return self.real.modify(fileobj, events, data)

    def get_key(self, fileobj):
        return self.real.get_key(fileobj)

    def get_map(self):
        return self.real.get_map()

    def close(self):
        self.real.close()

    def select(self, timeout=None):
        if self.pipe is not None:
            return self.select_files(timeout)
        loop, take, serve = self.loop, _weir.take, self.serve
        ready, scheduled = loop._ready, loop._scheduled
        end = None if timeout is None else time.monotonic() + timeout
        ms = FOREVER if timeout is None else max(0, math.ceil(timeout * 1000))
        head = scheduled[0] if scheduled else None
        while True:
            item = take(ms)
            if item is None:
                return []
            if item is False:
                loop.stop()
                return []
            serve(item)
            if ready or self.pipe is not None or (scheduled[0] if scheduled else None) is not head:
                return []
            if end is not None:
                ms = math.ceil((end - time.monotonic()) * 1000)
                if ms <= 0:
                    return []

    def select_files(self, timeout):
        _weir.use_fd(True)
        item = _weir.take(0)
        if item is False:
            self.loop.stop()
            return []
        if item is not None:
            self.serve(item)
            timeout = 0
        return [(key, ev) for key, ev in self.real.select(timeout) if key.fd != self.pipe]


class Loop(asyncio.SelectorEventLoop):
    """An event loop that other threads wake through the queue instead of a socket."""

    def __init__(self, serve):
        selector = QueueSelector(serve)
        super().__init__(selector)
        selector.loop = self

    def _make_self_pipe(self):
        pass

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        _weir.wake()
