"""Flows in files, apps, and names that lived here."""
from libmproxy import tnetstring
from libmproxy.protocol.http import HTTPFlow
from mitmproxy import exceptions as _exceptions
from mitmproxy import io as _io
from netlib.odict import ODict, ODictCaseless


class FlowReadError(Exception):
    """A flow file cannot be read; strerror says why."""

    @property
    def strerror(self):
        return self.args[0]


class FlowWriter:
    """Appends flows to a file that is open for writing."""

    def __init__(self, fo):
        self.fo = fo

    def add(self, flow):
        tnetstring._write(self.fo, tnetstring.dumps_bytes(flow.get_state()))


class FilteredFlowWriter(FlowWriter):
    """Appends those flows that a filter matches."""

    def __init__(self, fo, filt):
        super().__init__(fo)
        self.filt = filt

    def add(self, f):
        if not self.filt or f.match(self.filt):
            super().add(f)


class FlowReader:
    """Reads flows from a file."""

    def __init__(self, fo):
        self.fo = fo

    def stream(self):
        """A generator of flows; FlowReadError on nonsense."""
        try:
            for f in _io.FlowReader(tnetstring._source(self.fo)).stream():
                if f.type == "http":
                    yield HTTPFlow.of(f)
        except _exceptions.FlowReadException as e:
            raise FlowReadError(str(e)) from None


def read_flows_from_paths(paths):
    """All flows of several files."""
    return [HTTPFlow.of(f) for f in _io.read_flows_from_paths(paths) if f.type == "http"]


class AppRegistry:
    """WSGI apps by the host and port that they answer for."""

    def __init__(self):
        self.apps, self._owners = {}, {}

    def add(self, app, domain, port):
        """The app answers requests for that host and port; scripts do not see them."""
        from weirhost import state, wsgi
        self.apps[(domain, port)] = app
        self._owners[(domain, port)] = state.current.get()
        wsgi.changed()

    def _forget(self, script):
        for where in [w for w, owner in self._owners.items() if owner is script]:
            del self.apps[where], self._owners[where]

    def get(self, request):
        """The app for a request, by where it goes or by its Host header; None if there is none."""
        app = self.apps.get((request.host, request.port))
        if app is None:
            host = request.headers.get_first("host")
            app = self.apps.get((host.split(":")[0], request.port)) if host else None
        return app


_registry = AppRegistry()


def registry():
    return _registry


class State:
    """The program's flows."""


class FlowMaster:
    """The program."""


class ReplaceHooks:
    pass


class SetHeaders:
    pass


__all__ = ["ODict", "ODictCaseless", "HTTPFlow", "FlowWriter", "FlowReader", "FilteredFlowWriter", "FlowReadError",
           "AppRegistry", "State", "FlowMaster", "ReplaceHooks", "SetHeaders", "read_flows_from_paths"]
