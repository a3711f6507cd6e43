"""Compares the packages with their type stubs and with the manual page: names.py PACKAGES STUBS PAGE. Says what differs."""
import ast
import importlib
import inspect
import re
import sys
import types
from pathlib import Path

PACKAGES, STUBS, PAGE = map(Path, sys.argv[1:])
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
        if base.__name__ in {b.id for b in node.bases} and is_ours(base):
            names |= stub_attributes(base, stubs)
    return names


def page_names(text):
    """{module: {name: attributes}} of the section on classes."""
    out, names, words = {}, {}, []
    for line in text.split(".Sh CLASSES\n")[1].split("\n.Sh ")[0].splitlines():
        if line.startswith(".Ss "):
            names = out[line[4:]] = {}
        elif line.startswith(".It Cm "):
            words = names[line[7:]] = []
        elif not line.startswith("."):
            words += re.findall(r"\w+", line)
    return out


def differ(where, here, there):
    for what, names in (("is not there at run time", there - here), ("is not named", here - there)):
        for n in sorted(names):
            print(f"{where}.{n} {what}")


sources, stubs = dict(modules(PACKAGES, ".py")), dict(modules(STUBS, ".pyi"))
page = page_names(PAGE.read_text())
differ("stubs", {*sources}, {*stubs})
for module in sources:
    live = dict(public(importlib.import_module(module)))
    named = defined(stubs[module].body)
    aliases = {n for n, o in live.items() if isinstance(o, type) and (o.__module__, o.__name__) != (module, n)}
    differ(f"stub {module}", {*live}, {n for n in named if not n.startswith("_")} & {*live} | {n for n in named if not hasattr(
        importlib.import_module(module), n)})
    if live:
        differ(f"page {module}", {*live}, {*page.get(module, ())})
    for name, cls in live.items():
        if not isinstance(cls, type):
            continue
        names = attributes(cls, sources)
        differ(f"page {module}.{name}", names, {*page.get(module, {}).get(name, ())})
        if name not in aliases and isinstance(named.get(name), ast.ClassDef):
            differ(f"stub {module}.{name}", names, stub_attributes(cls, stubs))
