"""The Python thread: what main and the shards want of it."""
import asyncio
import threading

import _weir

from weirhost import commands, dispatch, errors, oneshot, options, output, scripts, state


def job_done(why=None):
    """Main counts what it waits for; a reason is a failure."""
    _weir.tell("job_done", [why] if why else [])


def job_scripts(words, records):
    job_done(scripts.set_scripts(words))


def job_option(words, records):
    try:
        options.changed_by_main(words)
    except RuntimeError:
        pass            # the program ends
    job_done()


def job_running(words, records):
    dispatch.close_gate()

    def then():
        dispatch.open_gate()
        job_done()
    scripts.all_running(then)


def job_stop(words, records):
    def then():
        dispatch.give_all_back()
        job_done()
    scripts.end_all(then)


def job_run(words, records):
    def then(why):
        if why:
            _weir.tell("status", [why])
        job_done()
    oneshot.run(words[0], words[1], int(words[2]), then)


def job_command(words, records):
    commands.run_for_main(words, records)
    job_done()


def job_interrupt(words, records):
    if not oneshot.stop() and words == ["idle"]:
        dispatch.cancel_waiting()
    job_done()


class Stopped(BaseException):
    """The user has stopped it."""


def wait_interrupts():
    while _weir.wait_interrupt():
        pass


def interrupted(number, frame):
    """Main wants a script to stop; what is ours goes on."""
    if state.current.get() is not None:
        raise Stopped("stopped by the user")


JOBS = {"interrupt": job_interrupt, "scripts": job_scripts, "option": job_option, "running": job_running, "stop": job_stop, "run": job_run,
        "command": job_command}


def serve(item):
    """One thing out of the queue; nothing that it raises may end the thread."""
    try:
        if type(item) is not tuple:
            return dispatch.serve(item)
        op, words, records = item
        if op == "view":
            from weirhost import views
            return views.job(words, records)
        try:
            JOBS[op](words, records)
        except BaseException as e:
            errors.report(e, "Internal error")
            job_done(f"{type(e).__name__}: {e}")
    except BaseException as e:
        errors.report(e, "Internal error")


def main():
    from weirhost.loop import Loop
    output.install()
    _weir.on_interrupt(interrupted)
    waiter = threading.Thread(target=wait_interrupts, name="interrupts", daemon=True)
    waiter.start()
    state.loop = loop = Loop(serve)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(unhandled)
    try:
        loop.run_forever()
    finally:
        loop.close()
        waiter.join()
        output.flush()


def unhandled(loop, context):
    """An exception in a task or callback that nobody awaits."""
    e = context.get("exception")
    if e is not None:
        errors.report(e)
    else:
        state.log(context["message"], "error")
