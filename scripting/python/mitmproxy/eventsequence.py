"""The events of flows that are there already."""
from mitmproxy import flow, hooks


def iterate(f):
    """The events of a flow, in order; messages are put back as their events come."""
    if not isinstance(f, flow.Flow):
        raise TypeError(f"Unknown flow type: {f}")
    from weirhost import sequence
    for name in sequence.events(f):
        yield hooks.all_hooks[name](f)
