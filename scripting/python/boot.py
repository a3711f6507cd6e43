"""The first Python that runs: makes the packages inside the program importable, then serves."""
import importlib.abc
import importlib.machinery
import opcode
import sys

import _weir

OURS = {"mitmproxy", "libmproxy", "netlib", "weirhost"}
WHERE = "<weir>/"
IMPORT_FROM = opcode.opmap["IMPORT_FROM"]


class Loader(importlib.abc.InspectLoader):
    """Loads from the table in the program; first in line, so that no other installation gets in between."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in OURS:
            return None
        found = _weir.source(name)
        if found is None:
            from weirhost import gone
            # Without its name: "from package import name" would not pass it on.
            raise ModuleNotFoundError(gone.module(name))
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
        if module.__name__.startswith("weirhost"):
            return
        module.__dict__.setdefault("__getattr__", missing(module.__name__))


def missing(module):
    """What is not there says what to use."""
    def __getattr__(name):
        if name.startswith("__"):
            raise AttributeError(name)
        from weirhost import gone
        text = gone.name(module, name, vars(sys.modules[module]))
        asker = sys._getframe(1)
        if asker.f_code.co_code[asker.f_lasti] == IMPORT_FROM:
            raise ImportError(text)     # Python has no good sentence of its own
        raise AttributeError(text, name=name)
    return __getattr__


sys.meta_path.insert(0, Loader())

if _weir.COMMAND:
    from weirhost import state
    state.use_logging()
else:
    from weirhost import host
    host.main()
