"""A copy of the program's options: reading costs nothing, writing asks main."""
import difflib

import _weir

from mitmproxy import exceptions


class Option:
    """What there is to know of one option."""

    def __init__(self, words):
        self.name, self.type, nullable, none, default, self.help = (next(words) for _ in range(6))
        self.nullable = nullable == "1"
        self.choices = [next(words) for _ in range(int(next(words)))] or None
        if none == "1":
            self.default = [] if self.type == "seq" else None
        else:
            self.default = [default] if self.type == "seq" else self.convert(default)
        self.value = self.read(words)

    def convert(self, text):
        if self.type == "bool":
            return text == "true"
        if self.type == "int":
            return int(text) if text else None
        return text

    def read(self, words):
        """The value, as main gives it."""
        none, values = next(words), [next(words) for _ in range(int(next(words)))]
        if self.type == "seq":
            return values
        return None if none == "1" else self.convert(values[0])

    def words(self, value):
        """A Python value as the words of a command line; TypeError if it is none for this option."""
        t = self.type
        if value is None and (self.nullable or t == "seq"):
            return []
        if t == "bool" and isinstance(value, bool):
            return ["true" if value else "false"]
        if t == "int" and isinstance(value, int) and not isinstance(value, bool):
            return [str(value)]
        if t == "seq" and isinstance(value, (list, tuple)) and all(isinstance(x, str) for x in value):
            return list(value)
        if t in ("str", "choice") and isinstance(value, str):
            return [value]
        raise TypeError(f"Expected {self.typename} for {self.name}, but got {type(value).__name__}.")

    @property
    def typename(self):
        name = {"seq": "sequence of str", "choice": "str"}.get(self.type, self.type)
        return f"optional {name}" if self.nullable else name


_rows = {}


def rows():
    if not _rows:
        words = iter(_weir.ask("options")[0])
        try:
            while True:
                o = Option(words)
                _rows[o.name] = o
        except (StopIteration, RuntimeError):
            pass
    return _rows


def names():
    return set(rows())


def unknown(name):
    """A sentence about an option that is not there."""
    close = difflib.get_close_matches(name, rows(), 1)
    return f"No such option: {name}" + (f"; did you mean {close[0]}?" if close else "; weirdump --options lists them")


def forget(gone):
    for name in gone:
        _rows.pop(name, None)


def added(words):
    """The option that main has just registered."""
    o = Option(iter(words))
    rows()[o.name] = o
    return o


def changed_by_main(words):
    """Main has changed an option: scripts hear of it, and may refuse."""
    o = rows().get(words[0])
    now = _weir.ask("option", words)[0] if o is not None else ()
    if not now:
        return
    old, o.value = o.value, o.read(iter(now))
    if old == o.value:
        return
    try:
        configure({o.name})
    except exceptions.OptionsError as e:
        o.value = old
        _weir.tell("status", [str(e)])
        _put(o, old)


def _put(o, value):
    """Main's value becomes this; main does not tell us of it again."""
    try:
        words, _ = _weir.ask("set", [o.name, *o.words(value)])
    except ValueError as e:
        raise exceptions.OptionsError(str(e)) from None
    o.value = o.read(iter(words))


def resync():
    """A command of the program has changed options: see which, and tell the scripts."""
    old = {k: o.value for k, o in rows().items()}
    _rows.clear()
    changed = {k for k, o in rows().items() if k in old and o.value != old[k]}
    if changed:
        configure(changed)


def configure(updated):
    """Every script hears of the change; OptionsError passes, other errors are told."""
    from weirhost import errors, scripts
    for s in list(scripts.loaded):
        try:
            s.configure(updated)
        except exceptions.OptionsError:
            raise
        except Exception as e:
            errors.report(e)


def update(values, tell=True):
    """Set several at once; all or none."""
    missing = [k for k in values if k not in rows()]
    if missing:
        raise KeyError("Unknown options: " + ", ".join(missing) + " (" + unknown(missing[0]) + ")")
    for k, v in values.items():
        _rows[k].words(v)               # the type is right before anything changes
    old = {k: _rows[k].value for k in values}
    changed = set()
    try:
        for k, v in values.items():
            if _rows[k].value != v:
                _put(_rows[k], v)
                changed.add(k)
        if changed and tell:
            configure(changed)
    except exceptions.OptionsError:
        for k in changed:
            _put(_rows[k], old[k])
        if changed and tell:
            try:
                configure(changed)
            except exceptions.OptionsError:
                pass
        raise


def set_spec(spec):
    """"name=value", as --set takes it."""
    name = spec.partition("=")[0]
    if name not in rows():
        raise exceptions.OptionsError(f"Unknown option: {name} ({unknown(name)})")
    old = _rows[name].value
    try:
        words, _ = _weir.ask("set_spec", [spec])
    except ValueError as e:
        raise exceptions.OptionsError(str(e)) from None
    _rows[name].value = _rows[name].read(iter(words[1:]))
    try:
        configure({name})
    except exceptions.OptionsError:
        _put(_rows[name], old)
        raise
