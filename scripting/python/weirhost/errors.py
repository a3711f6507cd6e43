"""Exceptions of scripts, in words."""
import traceback

from weirhost import state


def is_ours(path):
    """Whether a source is the program's, or that of threads that call for it."""
    return path.startswith(("<weir>", "boot.py")) or path.endswith("concurrent/futures/thread.py")


def users_frames(tb):
    """A traceback without the frames that called the script."""
    at = tb
    while at is not None and is_ours(at.tb_frame.f_code.co_filename):
        at = at.tb_next
    return at


def text(e):
    """The traceback as text."""
    from weirhost import gone
    gone.explain(e)
    return "".join(traceback.format_exception(type(e), e, users_frames(e.__traceback__))).rstrip()


def report(e, head="Addon error"):
    """Tell the log; the flow goes on."""
    story = text(e)
    state.log(f"{head}: {e}\n{story}" if str(e) else f"{head}:\n{story}", "error")
