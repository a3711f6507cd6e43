"""script.run: a script for flows that are already there."""
import asyncio
import time

import _weir

from weirhost import dispatch, errors, flows, options, scripts, sequence, state

TICK = 0.25             # seconds between words about how far it is
_running = set()        # the runs under way


def run(command, number, total, then):
    """Start the script, show it the events of each flow, end it; then(why it could not, or None).

    The flows come from main, where the run has this number, piece by piece.
    """
    script = None
    try:
        script = scripts.Script(command)
        script.load()
        script.configure(options.names())
    except BaseException as e:
        text = scripts.load_error(script.path if script else command, e)
        _weir.tell("run_end", [number])
        if script is not None:
            script.unload(lambda: then(text))
        else:
            then(text)
        return
    r = Run(script, number, total, then)
    script.event("running", r.start)


def stop():
    """Runs end after the handler they are at; true if there was one."""
    for r in list(_running):
        r.stopped = True
        dispatch.cancel_waiting(r.script)
    return bool(_running)


class Run:
    """One script and its flows."""

    def __init__(self, script, number, total, then):
        self.script, self.number, self.total, self.then = script, number, total, then
        self.stopped = False
        self.told = time.monotonic()
        self.done = 0

    def start(self):
        _running.add(self)
        _weir.tell("progress", [self.progress()])
        self.task = state.loop.create_task(self.all())

    async def all(self):
        try:
            while not self.stopped and await self.piece():
                pass
        except BaseException as e:
            errors.report(e)
        finally:
            _running.discard(self)
            if not _running:
                _weir.tell("progress", [])
        if self.stopped:
            _weir.tell("status", [f"{self.progress()}: stopped"])
        elif self.done == self.total:   # what was told last is how far it was then
            number = f"all {self.total:,} " if self.total > 1 else ""
            _weir.tell("status", [f"{self.script.name}: {number}done"])
        self.script.unload(self.end)

    async def piece(self):
        """The next flows; false: there are none."""
        fs = [flows.any_record(r) for r in _weir.ask("run_more", [self.number])[1]]
        try:
            for f in fs:
                if self.stopped:
                    break
                await self.flow(f)
                await self.breathe()
                self.done += 1
        finally:
            records = [flows.record_of(f) for f in fs if f._ref]
            if records:
                _weir.tell("run_edit", [self.number], records)
        return bool(fs)

    async def flow(self, f):
        updates = dispatch.handlers_of(self.script, "update")
        for event in sequence.events(f):
            if self.stopped:
                break
            if f._classic is not None:
                f._classic.refresh()
            await self.call(dispatch.handlers_of(self.script, event), f)
            await self.call(updates, [f])

    async def call(self, entries, arg):
        """The handlers; most are through at once and cost no turn of the loop."""
        if not entries:
            return
        over = state.loop.create_future()
        dispatch.run(entries, arg, lambda: over.done() or over.set_result(None))
        if not over.done():
            await over

    async def breathe(self):
        """Others have their turn, and the user sees how far it is."""
        now = time.monotonic()
        if now - self.told >= TICK:
            self.told = now
            _weir.tell("progress", [self.progress()])
        await asyncio.sleep(0)

    def progress(self):
        return f"{self.script.name} {min(self.done + 1, self.total):,}/{self.total:,}"

    def end(self):
        _weir.tell("run_end", [self.number])
        self.then(None)
