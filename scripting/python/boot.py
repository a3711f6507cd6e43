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
            raise ModuleNotFoundError(f"there is no module {name} here; weir-script(7) names those there are", name=name)
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

    def exec_module(self, module):
        super().exec_module(module)
        module.__dict__.setdefault("__getattr__", missing(module.__name__))


def missing(module):
    """What is not there says where to look for what is."""
    def __getattr__(name):
        raise AttributeError(f"there is no {module}.{name} here; weir-script(7) names what there is", name=name)
    return __getattr__


sys.meta_path.insert(0, Loader())

if _weir.COMMAND:
    from weirhost import state
    state.use_logging()
else:
    from weirhost import host
    host.main()
