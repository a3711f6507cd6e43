"""Commands: those of the program and those that scripts define."""
import codecs
import collections.abc
import functools
import inspect
import os
import re
import typing

import _weir

from mitmproxy import exceptions, flow, types
from mitmproxy.utils import strutils

registered = {}         # commands of scripts: name → Command


def _kind(t):
    """The name of an argument's type in the program."""
    if isinstance(t, types.Choice):
        return "str"
    if t is flow.Flow or inspect.isclass(t) and issubclass(t, flow.Flow):
        return "flow"
    for cls, name in ((types.Path, "path"), (types.Cmd, "cmd"), (types.CmdArgs, "raw"), (types.Marker, "marker"),
                      (types.CutSpec, "cut"), (bool, "bool"), (int, "int"), (bytes, "bytes"), (str, "str")):
        if t is cls:
            return name
    if typing.get_origin(t) in (collections.abc.Sequence, list):
        arg = typing.get_args(t)[0]
        return "flows" if inspect.isclass(arg) and issubclass(arg, flow.Flow) else "list"
    return "str"


def _annotations(fn):
    """Annotations, evaluated if they are texts; what cannot be evaluated is taken as text."""
    try:
        return typing.get_type_hints(inspect.unwrap(fn))
    except Exception:
        return dict(getattr(fn, "__annotations__", {}))


_TYPE_NAMES = {str: "str", int: "int", bool: "bool", bytes: "bytes", flow.Flow: "flow", types.Path: "path", types.Cmd: "cmd",
               types.CmdArgs: "arg", types.CutSpec: "cut[]", types.Data: "data[][]", types.Marker: "marker",
               types.Unknown: "unknown", types.Space: "space"}


def typename(t):
    """The name of a type in signature_help(); CommandError for types that arguments cannot have."""
    if t is inspect.Parameter.empty:
        raise exceptions.CommandError("missing type annotation")
    if isinstance(t, types.Choice):
        return "choice"
    if typing.get_origin(t) in (collections.abc.Sequence, list):
        return typename(typing.get_args(t)[0]) + "[]"
    if inspect.isclass(t) and issubclass(t, flow.Flow):
        return "flow"
    if t not in _TYPE_NAMES:
        raise exceptions.CommandError(f"unsupported type: {t}")
    return _TYPE_NAMES[t]


class Command:
    """A command that a script defines."""

    script = None

    def __init__(self, manager, name, fn):
        self.manager, self.name, self.fn = manager, name, fn
        self.signature = inspect.signature(fn)
        hints = _annotations(fn)
        hints.update(getattr(fn, "command_types", {}))
        self.parameters = [(p, hints.get(p.name, str)) for p in self.signature.parameters.values()]
        self.returns = hints.get("return")
        self.help = inspect.cleandoc(fn.__doc__ or "")

    def specs(self):
        for p, t in self.parameters:
            mark = "*" if p.kind is p.VAR_POSITIONAL else "?" if p.default is not p.empty else ""
            yield f"{p.name}:{_kind(t)}{mark}"

    def announce(self):
        returns = "" if self.returns in (None, type(None)) else _kind(self.returns)
        try:
            _weir.ask("add_command", [self.name, self.help, returns, *self.specs()])
        except ValueError as e:
            raise exceptions.CommandError(str(e)) from None

    def signature_help(self):
        """The command as one would type it, and what it gives."""
        words = [self.name]
        words.extend(("*" if p.kind is p.VAR_POSITIONAL else "") + p.name for p, _ in self.parameters)
        if self.returns not in (None, type(None)):
            words.append("-> " + typename(self.returns))
        return " ".join(words)

    def _mismatch(self, why):
        return exceptions.CommandError(f"{self.name}: command argument mismatch: {why}")

    def call(self, args):
        """Python values in, the function's result out."""
        try:
            self.signature.bind(*args)
        except TypeError as e:
            raise self._mismatch(e) from None
        return self.fn(*args)

    def call_words(self, words, plain=False):
        """Texts in; they are converted as the annotations say. Of plain ones the program has undone the escapes."""
        args, rest = [], list(words)
        for p, t in self.parameters:
            if p.kind is p.VAR_POSITIONAL:
                args.extend(parse(t, w, self.name, plain) for w in rest)
                rest = []
            elif rest:
                args.append(parse(t, rest.pop(0), self.name, plain))
        if rest:
            raise self._mismatch("too many arguments")
        return self.call(args)


_ESCAPE = re.compile(r"""\\(?:[\\'"abfnrtv]|[0-7]{1,3}|x..|u....|U........|N\{.*?\})""", re.S)
_MARKERS = {"true": ":default:", "false": ""}


def _unescaped(word):
    """A text with its escapes undone, as Python has them."""
    return _ESCAPE.sub(lambda m: codecs.decode(m[0], "unicode_escape"), word)


def _marker(word):
    if word in _MARKERS or len(word) == 1 or len(word) > 2 and word[0] == word[-1] == ":":
        return _MARKERS.get(word, word)
    raise ValueError(f'"{word}" is no marker: true, false, one character, or a name like :grapes:')


# How words become values that the program has not read before.
_PARSERS = {"str": _unescaped, "bytes": strutils.escaped_str_to_bytes, "marker": _marker}


def parse(t, word, name, plain=False):
    """One word as a Python value of a type."""
    kind = _kind(t)
    try:
        if not isinstance(word, str):
            return word[0] if kind == "flow" else word
        if isinstance(t, types.Choice):
            choices = call(t.options_command, [])
            if word not in choices:
                raise ValueError(f"Invalid choice {word!r}: must be one of {', '.join(choices)}")
            return word
        if kind == "int":
            return int(word)
        if kind == "bool":
            if word not in ("true", "false"):
                raise ValueError(f"Booleans are 'true' or 'false', got {word!r}")
            return word == "true"
        if kind in _PARSERS and not plain:
            return _PARSERS[kind](word)
        if kind == "bytes":
            return word.encode("utf-8", "surrogateescape")
        if kind == "path":
            return os.path.expanduser(word)
        if kind in ("list", "cut"):
            return [x.strip() for x in word.split(",") if x.strip()]
        if kind in ("flow", "flows"):
            found = resolve(word)
            if kind == "flows":
                return found
            if len(found) != 1:
                raise ValueError(f"Command requires one flow, specification matched {len(found)}.")
            return found[0]
    except ValueError as e:
        raise exceptions.CommandError(f"{name}: {e}") from None
    return word


def parsearg(manager, spec, argtype):
    """One text as a Python value of a type."""
    try:
        name = typename(argtype)
    except exceptions.CommandError as e:
        raise exceptions.CommandError(f"Unsupported argument type: {argtype}") from e
    return parse(argtype, spec, name)


def resolve(spec):
    """The flows that a specification means."""
    from weirhost import flows
    try:
        return [flows.any_record(r) for r in _weir.ask("select", [spec])[1]]
    except ValueError as e:
        raise exceptions.CommandError(str(e)) from None


def register(script, name, fn):
    """A script's function becomes a command."""
    c = Command(None, name, fn)
    c.script = script
    old = registered.get(name)
    if old is not None and old.script is not script:
        raise exceptions.CommandError(f"Command {name} is already defined")
    if old is None:
        c.announce()
    registered[name] = c
    if script is not None and name not in script.commands:
        script.commands.append(name)


def _word(x):
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, (list, tuple)):
        return ",".join(map(_word, x))
    if isinstance(x, bytes):
        return x.decode("utf-8", "surrogateescape")
    return str(x)


def call(name, args):
    """Call a command with Python values."""
    c = registered.get(name)
    if c is not None:
        return c.call(args)
    return _call_program(name, args)


# Commands of the program that want their flows in the list.
_IN_LIST = ("replay.client", "view.", "flow.resume")


def _call_program(name, args):
    from weirhost import flows
    words, fs = [name], []
    for x in args:
        several = isinstance(x, (list, tuple)) and x and all(isinstance(f, flow.Flow) for f in x)
        if isinstance(x, flow.Flow) or several:
            mine = list(x) if several else [x]
            words.append("@script:" + ",".join(str(len(fs) + i) for i in range(len(mine))))
            fs.extend(mine)
        else:
            words.append(_word(x))
    for f in fs:
        if name.startswith(_IN_LIST):
            flows.edit([f]) if f._ref else flows.add(f)
    try:
        words, records = _weir.ask("call", words, [flows.record_of(f) for f in fs])
    except ValueError as e:
        raise exceptions.CommandError(str(e).replace("unknown command ", "Unknown command: ")) from None
    for f, r in zip(fs, records):
        flows.refresh(f, r)
    if name == "set" or name.startswith("options."):
        from weirhost import options
        options.resync()
    return result(words, records[len(fs):])


def result(words, records):
    """A command's result as a Python value."""
    from weirhost import flows
    kind, words = words[0], words[1:]
    if kind == "str":
        return words[0]
    if kind == "int":
        return int(words[0])
    if kind == "bool":
        return words[0] != "0"
    if kind == "list":
        return words
    if kind == "table":
        n = int(words.pop(0))
        return [words[i:i + n] for i in range(0, len(words), n)]
    if kind == "flows":
        return [flows.any_record(r) for r in records]
    return None


class CommandManager:
    """ctx.master.commands"""

    def __new__(cls, master):
        from mitmproxy import addonmanager
        if addonmanager._is_apart(master):
            from weirhost import apart
            cls = apart.Commands
        return super().__new__(cls)

    def __init__(self, master):
        self.master = master

    @property
    def commands(self):
        return dict(registered)

    def add(self, path, func):
        from weirhost import state
        register(state.current.get(), path, func)

    def call(self, name, *args):
        """Call a command with Python values."""
        return call(name, args)

    def call_strings(self, name, args):
        """Call a command with texts, as from the command line."""
        c = registered.get(name)
        if c is not None:
            return c.call_words(args)
        return _call_program(name, args)

    def execute(self, line):
        """Run a line as it would be typed."""
        words = _weir.ask("split", [line])[0]
        if not words:
            raise exceptions.CommandError(f"Invalid command: {line!r}")
        return self.call_strings(words[0], words[1:])


def command(name=None):
    """Mark a function as a command; its annotations say what its arguments are."""
    def decorator(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            return fn(*args, **kwargs)
        wrapper.command_name = name or fn.__name__.replace("_", ".")
        return wrapper
    return decorator


def argument(name, type):
    """Give an argument a type that an annotation cannot express."""
    def decorator(fn):
        inspect.unwrap(fn).__dict__.setdefault("command_types", {})[name] = type
        fn.__dict__.setdefault("command_types", {})[name] = type
        return fn
    return decorator
