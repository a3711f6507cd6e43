"""The first Python that runs: makes the packages inside the program importable, then serves."""
import importlib.abc
import importlib.machinery
import sys

import _weir

OURS = {"mitmproxy", "libmproxy", "netlib", "weirhost"}
WHERE = "<weir>/"


class Loader(importlib.abc.InspectLoader):
    """Loads from the table in the program; first in line, so that no other installation gets in between."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in OURS:
            return None
        found = _weir.source(name)
        if found is None:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, origin=WHERE + found[2], is_package=found[1])
        spec.has_location = True
        return spec

    def get_source(self, name):
        return _weir.source(name)[0].decode()

    def get_code(self, name):
        text, _, path = _weir.source(name)
        return compile(text, WHERE + path, "exec", dont_inherit=True)

    def is_package(self, name):
        return _weir.source(name)[1]


sys.meta_path.insert(0, Loader())

if _weir.COMMAND:
    from weirhost import state
    state.use_logging()
else:
    from weirhost import host
    host.main()
