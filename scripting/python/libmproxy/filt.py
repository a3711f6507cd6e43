"""Filter expressions."""
from mitmproxy import flowfilter


class _Filter:
    def __init__(self, f):
        self._filter, self.pattern = f, f.pattern

    def __call__(self, flow):
        if hasattr(flow, "settle"):
            flow.settle()
            flow = flow._f
        return self._filter(flow)


def parse(s):
    """A callable that takes a flow; None if the expression is nonsense."""
    try:
        return _Filter(flowfilter.parse(s))
    except ValueError:
        return None
