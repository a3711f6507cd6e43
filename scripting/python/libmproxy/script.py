"""The context of scripts, and the concurrent decorator."""
import asyncio
import contextlib
import functools

from libmproxy.protocol.http import HTTPFlow


class ScriptError(Exception):
    """A script cannot be run."""


class ScriptContext:
    """
    A handle for interacting with the program from within scripts.

    Scripts may put attributes of their own on it: each script has one context, the same at every event.
    """

    def __init__(self, script):
        self._script = script

    def log(self, message, level="info"):
        """Write a line to the event log; levels are error, info and debug."""
        from weirhost import state
        state.log(message, level)

    def kill_flow(self, f):
        """End a flow: the client gets no answer."""
        f.kill()

    def duplicate_flow(self, f):
        """A copy of a flow, which is added to the list."""
        from weirhost import flows
        c = f.copy()
        flows.add(c._f)
        return c

    def replay_request(self, f):
        """Send the request of a flow again; no script sees it. Gives an error in words, or None."""
        from mitmproxy import command, exceptions
        from weirhost import flows
        f.settle()
        if f._f._call is not None and f._f.live:
            return "Can't replay request which is still live..."
        if f.intercepted:
            return "Can't replay while intercepting..."
        if f._f.request.raw_content is None:
            return "Can't replay request with missing content..."
        f._f._unseen = True
        flows.keep(f._f)
        try:
            command.call("replay.client", [[f._f]])
        except exceptions.CommandError as e:
            return str(e)
        return None

    @property
    def app_registry(self):
        """WSGI apps that answer for a host and a port."""
        from libmproxy import flow
        return flow.registry()


_CONCURRENT = {"request", "response", "error", "clientconnect", "serverconnect", "clientdisconnect"}


def concurrent(fn):
    """Run an event's function in a thread of its own: only its flow waits for it."""
    if fn.__name__ not in _CONCURRENT:
        raise NotImplementedError("Concurrent decorator not supported for this method.")

    @functools.wraps(fn)
    def handler(context, arg):
        return _until_reply(fn, context, arg)
    return handler


async def _until_reply(fn, context, arg):
    """Run a function in a thread, and wait until it is over or has given the reply, which may be long before."""
    from weirhost import errors, threads
    loop, replied = asyncio.get_running_loop(), asyncio.Event()

    def heard():
        with contextlib.suppress(RuntimeError):     # the program has ended
            loop.call_soon_threadsafe(replied.set)
    arg.reply._heard = heard
    work, reply = asyncio.ensure_future(threads.run(fn, context, arg)), asyncio.ensure_future(replied.wait())
    try:
        await asyncio.wait((work, reply), return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        work.add_done_callback(lambda w: w.cancelled() or w.exception() and errors.report(w.exception(), "Script error"))
    except asyncio.CancelledError:
        work.cancel()
        raise
    finally:
        reply.cancel()


__all__ = ["ScriptContext", "ScriptError", "concurrent", "HTTPFlow"]
