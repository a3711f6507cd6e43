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
            raise ModuleNotFoundError(absent(name), name=name)
        # All are packages, so that what is asked for below one comes here.
        spec = importlib.machinery.ModuleSpec(name, self, origin=WHERE + found[2], is_package=True)
        spec.has_location = True
        return spec

    def get_source(self, name):
        return _weir.source(name)[0].decode()

    def get_code(self, name):
        text, _, path = _weir.source(name)
        return compile(text, WHERE + path, "exec", dont_inherit=True)

    def is_package(self, name):
        return True

    def exec_module(self, module):
        super().exec_module(module)
        if module.__name__.startswith("weirhost"):
            return
        module.__getattr__ = missing(module.__name__, module.__dict__.get("__getattr__"))


def absent(name):
    """What to use for what cannot be imported: a module, or a name of one."""
    from weirhost import gone
    parent, _, last = name.rpartition(".")
    found = _weir.source(parent)
    if found is None or found[1]:
        return gone.module(name)
    return gone.name(parent, last, vars(sys.modules[parent]))


def missing(module, own):
    """What is not there says what to use, unless the module's own __getattr__ has it, or it is a module yet to be loaded."""
    def __getattr__(name):
        if own is not None:
            try:
                return own(name)
            except AttributeError:
                pass
        if name.startswith("__"):
            raise AttributeError(name)
        if _weir.source(f"{module}.{name}") is not None:
            return importlib.import_module(f"{module}.{name}")
        asker = sys._getframe(1)
        if asker.f_code.co_code[asker.f_lasti] == IMPORT_FROM:
            raise ImportError(absent(f"{module}.{name}"))       # Python has no good sentence of its own
        from weirhost import gone
        raise AttributeError(gone.name(module, name, vars(sys.modules[module])), name=name)
    return __getattr__


sys.meta_path.insert(0, Loader())

if _weir.COMMAND:
    from weirhost import state
    state.use_logging()
else:
    from weirhost import host
    host.main()
