"""Tasks with names."""
import asyncio
import time

from mitmproxy.utils import human

_kept = set()           # tasks that nobody else holds


def create_task(coro, *, name, client=None, keep_ref=False):
    """A task with a name; keep_ref holds it until its end."""
    task = asyncio.create_task(coro)
    set_task_debug_info(task, name=name, client=client)
    if keep_ref:
        _kept.add(task)
        task.add_done_callback(_kept.discard)
    return task


def set_task_debug_info(task, *, name, client=None):
    """Say what a task is for, and for whom."""
    task.created = time.time()
    task.set_name(name)
    if client:
        task.client = client


def set_current_task_debug_info(*, name, client=None):
    set_task_debug_info(asyncio.current_task(), name=name, client=client)


def task_repr(task):
    """What was said of a task, and how old it is."""
    client = getattr(task, "client", None)
    created = getattr(task, "created", None)
    return (f"{human.format_address(client)}: " if client else "") + task.get_name() + (
        f" (age: {time.time() - created:.0f}s)" if created else "")
