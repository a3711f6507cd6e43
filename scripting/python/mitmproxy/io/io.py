"""Writing and reading flows."""
import gzip
import os

from mitmproxy import exceptions, flow
from mitmproxy.io import tnetstring

VERSIONS = range(13, 22)


def _load_all():
    from mitmproxy import dns, http, tcp, udp
    return dns, http, tcp, udp


def _readable(state):
    """A state of a version and a type that there is; FlowReadException for others."""
    v = state["version"]
    if v not in VERSIONS:
        v = ".".join(map(str, v)) if isinstance(v, list) else v
        raise exceptions.FlowReadException(
            f"Python cannot read files with flow format version {v}: weirdump -n -r OLD -w NEW makes one of today's version")
    if state.get("type") not in flow.Flow.types:
        raise exceptions.FlowReadException(f"Unknown flow type: {state.get('type')}")
    return state


class FlowWriter:
    """Appends flows to a file that is open for writing bytes."""

    def __init__(self, fo):
        self.fo = fo

    def add(self, f):
        self.fo.write(tnetstring.dumps(f.get_state()))


class FilteredFlowWriter(FlowWriter):
    """Appends those flows that a filter matches."""

    def __init__(self, fo, flt):
        super().__init__(fo)
        self.flt = flt

    def add(self, f):
        if not self.flt or self.flt(f):
            super().add(f)


class FlowReader:
    """Reads flows from a file of bytes; gzip is undone."""

    def __init__(self, fo):
        self.fo = fo

    def peek(self, n):
        if hasattr(self.fo, "peek"):
            return self.fo.peek(n)[:n]
        at = self.fo.tell()
        data = self.fo.read(n)
        self.fo.seek(at)
        return data

    def stream(self):
        """A generator of flows; FlowReadException on nonsense and on a torn end."""
        _load_all()
        try:
            fo = gzip.GzipFile(fileobj=self.fo) if self.peek(2) == b"\x1f\x8b" else self.fo
        except (OSError, ValueError):
            fo = self.fo
        try:
            while True:
                state = tnetstring.load(fo)
                if not isinstance(state, dict) or "version" not in state:
                    raise ValueError("no flow")
                yield flow.Flow.from_state(_readable(state))
        except EOFError:
            return
        except (ValueError, TypeError, KeyError, IndexError, OSError) as e:
            raise exceptions.FlowReadException("Invalid data format.") from e


def read_flows_from_paths(paths):
    """All flows of several files."""
    flows = []
    for path in paths:
        try:
            with open(os.path.expanduser(path), "rb") as f:
                flows.extend(FlowReader(f).stream())
        except OSError as e:
            raise exceptions.FlowReadException(e.strerror) from e
    return flows
