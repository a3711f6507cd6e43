"""Handlers that run in threads beside each other."""
import asyncio
import functools
import inspect

from mitmproxy import hooks


def concurrent(fn):
    """Run a handler in a thread of its own; only its flow waits for it."""
    if fn.__name__ not in set(hooks.all_hooks) - {"load", "configure"}:
        raise NotImplementedError(f"Concurrent decorator not supported for '{fn.__name__}' method.")

    @functools.wraps(fn)
    async def handler(*args):
        from weirhost import threads
        if inspect.iscoroutinefunction(fn):
            return await threads.run(asyncio.run, fn(*args))
        return await threads.run(fn, *args)
    return handler
