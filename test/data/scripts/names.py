"""Compares the packages with their type stubs, with the manual page, and with what the references have: names.py PACKAGES STUBS PAGE [-u].
Says what differs; with -u the page's tables are made anew.
"""
import ast
import difflib
import importlib
import inspect
import re
import sys
import textwrap
import types
from pathlib import Path

from mitmproxy import hooks
from weirhost import gone

PACKAGES, STUBS, PAGE = map(Path, sys.argv[1:4])
REFERENCE = Path(__file__).with_name("reference.txt")
FACES = ("mitmproxy", "libmproxy", "netlib")


def modules(top, suffix):
    for f in sorted(top.rglob("*" + suffix)):
        name = ".".join(f.relative_to(top).with_suffix("").parts).removesuffix(".__init__")
        if name.split(".")[0] in FACES:
            yield name, ast.parse(f.read_text())


def is_ours(thing):
    return (getattr(thing, "__module__", None) or "").split(".")[0] in (*FACES, "_weir")


def public(module):
    """What a script may take from a module."""
    for name, o in vars(module).items():
        if name.startswith("_") or isinstance(o, types.ModuleType):
            continue
        if isinstance(o, type) or inspect.isroutine(o):
            if not is_ours(o):
                continue
        elif callable(o) and not is_ours(type(o)):
            continue
        yield name, o


def set_on_self(cls, sources):
    for node in ast.walk(sources.get(cls.__module__, ast.Module([], []))):
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
            yield from (x.attr for x in ast.walk(node) if isinstance(x, ast.Attribute) and isinstance(x.ctx, ast.Store)
                        and isinstance(x.value, ast.Name) and x.value.id == "self")


def attributes(cls, sources):
    names = set()
    for c in filter(is_ours, cls.__mro__):
        names.update(vars(c), getattr(c, "__annotations__", ()), set_on_self(c, sources))
    return {n for n in names if not n.startswith("_")}


def defined(body):
    """The names of a stub: {name: the class's own names, or None}"""
    out = {}
    for node in body:
        if isinstance(node, ast.ClassDef):
            out[node.name] = node
        elif isinstance(node, ast.FunctionDef):
            out[node.name] = None
        elif isinstance(node, ast.AnnAssign):
            out[node.target.id] = None
        elif isinstance(node, ast.Assign):
            out[node.targets[0].id] = None
        elif isinstance(node, ast.ImportFrom):
            out.update({a.asname: None for a in node.names if a.asname})
    return out


def stub_attributes(cls, stubs):
    node = defined(stubs[cls.__module__].body)[cls.__name__]
    names = {n for n in defined(node.body) if not n.startswith("_")}
    for base in cls.__bases__:
        if base.__name__ in {getattr(b, "id", None) for b in node.bases} and is_ours(base):
            names |= stub_attributes(base, stubs)
    return names


def find(name):
    """A module or a class."""
    try:
        return importlib.import_module(name)
    except ImportError:
        module, _, cls = name.rpartition(".")
        return getattr(importlib.import_module(module), cls)


def is_there(owner, at, name, sources):
    if isinstance(owner, type):
        return hasattr(owner, name) or name in attributes(owner, sources)
    try:
        return hasattr(owner, name) or bool(importlib.import_module(f"{at}.{name}"))
    except ImportError:
        return False


def not_there(sources):
    """(what the references have and we have not, what to use)"""
    for line in REFERENCE.read_text().splitlines():
        at, *names = line.split() if line and line[0] != "#" else [""]
        for n in names:
            owner = find(at)
            if not is_there(owner, at, n, sources):
                use = gone.of_class(owner, n) if isinstance(owner, type) else gone.MODULES.get(f"{at}.{n}")
                if use is None:
                    print(f"{at}.{n} is not there, and nobody says what to use")
                yield f"{at}.{n}", use


def events_of(page):
    return set(re.findall(r"^\.It Cm (\w+)$", page.split(".Sh EVENTS\n")[1].split("\n.Sh ")[0], re.M))


def differences(page):
    """Names with dots that the section says something about."""
    return re.findall(r"^\.It Cm (\w+\.[\w.]+)", page.split(".Sh DIFFERENCES\n")[1].split('.\\" not there')[0], re.M)


def classes_section(live, sources):
    for module, names in sorted(live.items()):
        if not names:
            continue
        yield f".Ss {module}\n.Bl -tag -width Ds -compact"
        for name, o in sorted(names.items(), key=lambda x: (not isinstance(x[1], type), x[0])):
            yield f".It Cm {name}"
            if isinstance(o, type) and (found := attributes(o, sources)):
                yield textwrap.fill(", ".join(sorted(found)), 76)
        yield ".El"


def not_there_section(rows):
    yield ".Bl -tag -width Ds -compact"
    for name, use in rows:
        yield f".It Cm {name}\nUse {use}."
    yield ".El"


def put(page, name, lines):
    """What a section has between its first line of that kind and its end."""
    begin, end = f'.\\" {name}: made by names.py -u\n', '.\\" end\n'
    head, rest = page.split(begin)
    return head + begin + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1]


def differ(where, here, there):
    for what, names in (("is not there at run time", there - here), ("is not named", here - there)):
        for n in sorted(names):
            print(f"{where}.{n} {what}")


sources, stubs = dict(modules(PACKAGES, ".py")), dict(modules(STUBS, ".pyi"))
live = {m: dict(public(importlib.import_module(m))) for m in sources}
text, missing = PAGE.read_text(), list(not_there(sources))
new = put(put(text, "classes", classes_section(live, sources)), "not there", not_there_section(missing))
if sys.argv[4:] == ["-u"]:
    PAGE.write_text(new)
elif new != text:
    print(*difflib.unified_diff(text.splitlines(), new.splitlines(), str(PAGE), "its tables", "", "", 0, ""), sep="\n")
for name in differences(text):
    at, _, last = name.rpartition(".")
    if not is_there(find(at), at, last, sources):
        print(f"{PAGE.name} DIFFERENCES: {name} is not there")
differ(f"{PAGE.name} EVENTS", {*hooks.all_hooks, "start", "clientconnect", "serverconnect", "clientdisconnect"}, events_of(text))
differ("stubs", {*sources}, {*stubs})
for module, names in live.items():
    named = defined(stubs[module].body)
    aliases = {n for n, o in names.items() if isinstance(o, type) and (o.__module__, o.__name__) != (module, n)}
    differ(f"stub {module}", {*names}, {n for n in named if n[0] != "_"} & {*names} | {n for n in named if n[0] != "_" and not hasattr(
        importlib.import_module(module), n)})
    for name, cls in names.items():
        if isinstance(cls, type) and name not in aliases and isinstance(named.get(name), ast.ClassDef):
            differ(f"stub {module}.{name}", attributes(cls, sources), stub_attributes(cls, stubs))
