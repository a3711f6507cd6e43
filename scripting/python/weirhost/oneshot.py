"""script.run: a script for flows that are already there."""
import asyncio
import time

import _weir

from weirhost import dispatch, errors, flows, options, scripts, sequence, state

TICK = 0.25             # seconds between words about how far it is
_running = set()        # the runs under way


def run(command, records, then):
    """Start the script, show it the events of each flow, end it; then(why it could not, or None)."""
    script = None
    try:
        script = scripts.Script(command)
        script.load()
        script.configure(options.names())
    except BaseException as e:
        text = scripts.load_error(script.path if script else command, e)
        if script is not None:
            script.unload(lambda: then(text))
        else:
            then(text)
        return
    r = Run(script, [flows.any_record(rec) for rec in records], then)
    script.event("running", r.start)


def stop():
    """Runs end after the handler they are at; true if there was one."""
    for r in list(_running):
        r.stopped = True
        dispatch.cancel_waiting(r.script)
    return bool(_running)


class Run:
    """One script and its flows."""

    def __init__(self, script, fs, then):
        self.script, self.fs, self.then = script, fs, then
        self.stopped = False
        self.told = time.monotonic()
        self.number = 0

    def start(self):
        _running.add(self)
        _weir.tell("progress", [self.progress()])
        self.task = state.loop.create_task(self.all())

    async def all(self):
        try:
            for self.number, f in enumerate(self.fs):
                if self.stopped:
                    break
                await self.flow(f)
                await self.breathe()
        except BaseException as e:
            errors.report(e)
        finally:
            _running.discard(self)
            if not _running:
                _weir.tell("progress", [])
        if self.stopped:
            _weir.tell("status", [f"{self.progress()}: stopped"])
        self.script.unload(self.end)

    async def flow(self, f):
        updates = dispatch.handlers_of(self.script, "update")
        for event in sequence.events(f):
            if self.stopped:
                break
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
        return f"{self.script.name} {self.number + 1:,}/{len(self.fs):,}"

    def end(self):
        try:
            flows.edit(self.fs)
        except Exception as e:
            errors.report(e)
        self.then(None)
