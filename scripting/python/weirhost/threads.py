"""Threads for handlers that block."""
import asyncio
import concurrent.futures
import contextvars

MOST = 64               # handlers at once; others wait for their turn
_pool = None


async def run(fn, *args):
    """Call fn in a thread and wait for what it gives, without holding the loop."""
    global _pool
    if _pool is None:
        _pool = concurrent.futures.ThreadPoolExecutor(MOST, "ScriptThread")
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_pool, lambda: context.run(fn, *args))
