"""ctx.options, and options apart from those of the running program."""
import collections.abc
import contextlib
import copy
import os
import types
import typing
import weakref
from pathlib import Path

from mitmproxy import exceptions


class _Manager:
    """What all sets of options share: what is set goes through update(), which checks it."""

    def __setattr__(self, name, value):
        self.update(**{name: value})

    def update_known(self, **values):
        self.update(**{k: v for k, v in values.items() if k in self})
        return {k: v for k, v in values.items() if k not in self}


class ProgramOptions(_Manager):
    """The options of the program, as attributes. What is read is a copy; what is set is checked."""

    def __getattr__(self, name):
        from weirhost import options
        o = options.rows().get(name)
        if o is None:
            raise AttributeError(options.unknown(name))
        return copy.copy(o.value)

    def __contains__(self, name):
        from weirhost import options
        return name in options.rows()

    def update(self, **values):
        from weirhost import options
        options.update(values)

    def set(self, *specs, defer=False):
        from weirhost import options
        for spec in specs:
            options.set_spec(spec)

    def keys(self):
        from weirhost import options
        return options.names()

    def items(self):
        from weirhost import options
        return options.rows().items()

    def default(self, name):
        from weirhost import options
        return copy.copy(options.rows()[name].default)

    def has_changed(self, name):
        from weirhost import options
        o = options.rows()[name]
        return o.value != o.default

    def reset(self):
        for k in self.keys():
            setattr(self, k, self.default(k))

    def add_option(self, name, typespec, default, help, choices=None):
        from mitmproxy import addonmanager
        addonmanager.add_option(None, name, typespec, default, help, choices)


def relative_path(path, *, relative_to):
    """A path of an option, absolute: ~ is expanded, others are below a folder."""
    return Path(relative_to, os.path.expanduser(path)).absolute()


_UNIONS = (typing.Union, getattr(types, "UnionType", typing.Union))
_SEQUENCES = (collections.abc.Sequence, list)


def _fits(value, t):
    """Whether a value is of the type of an option."""
    origin, args = typing.get_origin(t), typing.get_args(t)
    if t is None or t is typing.Any:
        return value is None or t is typing.Any
    if origin in _UNIONS:
        return any(_fits(value, a) for a in args)
    if origin is tuple:
        return isinstance(value, (list, tuple)) and len(value) == len(args) and all(map(_fits, value, args))
    if origin in _SEQUENCES:
        return isinstance(value, (list, tuple)) and all(_fits(x, args[0]) for x in value)
    return isinstance(value, t) and (t is bool or not isinstance(value, bool))


class _Option:
    """One option: its type, its default and its value. What is read is a copy."""

    def __init__(self, name, typespec, default, help="", choices=None):
        self.name, self.typespec, self.help, self.choices = name, typespec, help, choices
        self.check(default)
        self.default = self.value = copy.deepcopy(default)

    def __repr__(self):
        return f"{self.current()} [{self.typespec}]"

    def __eq__(self, other):
        return isinstance(other, _Option) and self.__dict__ == other.__dict__

    __hash__ = None

    def __deepcopy__(self, _):
        o = _Option(self.name, self.typespec, self.default, self.help, self.choices)
        o.set(self.value)
        return o

    def check(self, value):
        if not _fits(value, self.typespec):
            t = getattr(self.typespec, "__name__", None) if isinstance(self.typespec, type) else None
            raise TypeError(f"Expected {t or self.typespec} for {self.name}, but got {type(value).__name__}.")

    def current(self):
        return copy.deepcopy(self.value)

    def set(self, v):
        self.check(v)
        self.value = list(v) if isinstance(v, tuple) else copy.deepcopy(v)

    def reset(self):
        self.value = copy.deepcopy(self.default)

    def has_changed(self):
        return self.value != self.default

    def parse(self, texts):
        """A value of what stood behind the "=" of one --set or several; no text means there was no "="."""
        if _fits(["x"], self.typespec):
            return list(texts)
        if len(texts) > 1:
            raise exceptions.OptionsError(f"Received multiple values for {self.name}: {texts}")
        if _fits(True, self.typespec):
            return self._parse_bool(texts[0] if texts else "true")
        if not texts:
            if _fits(None, self.typespec):
                return None
            raise exceptions.OptionsError(f"Option is required: {self.name}")
        return int(texts[0]) if _fits(1, self.typespec) else texts[0]

    def _parse_bool(self, text):
        if text not in ("true", "false", "toggle"):
            raise ValueError(f"Boolean must be true, false or toggle, not {text!r}")
        return not self.value if text == "toggle" else text == "true"


class _Signal:
    """Those who want to hear of something; they are not kept alive."""

    def __init__(self):
        self.receivers = []

    def connect(self, fn):
        self.receivers.append(weakref.WeakMethod(fn) if hasattr(fn, "__self__") else weakref.ref(fn))

    def disconnect(self, fn):
        self.receivers = [r for r in self.receivers if r() != fn]

    def send(self, **what):
        self.receivers = [r for r in self.receivers if r() is not None]
        for r in self.receivers[:]:
            fn = r()
            if fn is not None:
                fn(**what)


class OptManager(_Manager):
    """Options by name, with types, and listeners that may refuse a change by OptionsError: then all stays as it was."""

    changed = errored = deferred = None

    def __init__(self):
        # Others than these are options.
        self.__dict__.update(_options={}, _subscriptions=[], deferred={}, changed=_Signal(), errored=_Signal())
        self.changed.connect(self._notify_subscribers)

    def __deepcopy__(self, _=None):
        o = OptManager()
        o.__dict__["_options"] = copy.deepcopy(self._options)
        return o

    __copy__ = __deepcopy__

    def __eq__(self, other):
        return isinstance(other, OptManager) and self._options == other._options

    __hash__ = None

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, ", ".join(f"{k}={o.value!r}" for k, o in self._options.items()))

    def __getattr__(self, name):
        o = self.__dict__.get("_options", {}).get(name)
        if o is None:
            raise AttributeError(f"No such option: {name}")
        return o.current()

    def __contains__(self, name):
        return name in self._options

    def add_option(self, name, typespec, default, help, choices=None):
        self._options[name] = _Option(name, typespec, default, help, choices)
        self.changed.send(updated={name})

    def keys(self):
        return set(self._options)

    def items(self):
        return self._options.items()

    def default(self, name):
        return copy.deepcopy(self._options[name].default)

    def has_changed(self, name):
        return self._options[name].has_changed()

    def reset(self):
        """All options get their defaults."""
        for o in self._options.values():
            o.reset()
        self.changed.send(updated=self.keys())

    def _known(self, names):
        for name in names:
            if name not in self._options:
                raise exceptions.OptionsError(f"No such option: {name}")

    # --- who hears of changes

    def subscribe(self, func, opts):
        """Have func(options, updated) called when one of these options changes; a method's object is not kept alive."""
        self._known(opts)
        ref = weakref.WeakMethod(func) if hasattr(func, "__self__") else weakref.ref(func)
        self._subscriptions.append((ref, set(opts)))

    def subscribe_all(self, fn):
        """Have fn(updated) called at every change."""
        self.changed.connect(fn)

    def _notify_subscribers(self, updated):
        self._subscriptions[:] = [(ref, opts) for ref, opts in self._subscriptions if ref() is not None]
        for ref, opts in self._subscriptions[:]:
            if opts & updated:
                ref()(self, updated)

    @contextlib.contextmanager
    def rollback(self, updated, reraise=False):
        """What was changed inside is undone when OptionsError comes out."""
        old = copy.deepcopy(self._options)
        try:
            yield
        except exceptions.OptionsError as e:
            self.errored.send(exc=e)
            self.__dict__["_options"] = old
            self.changed.send(updated=set(updated))
            if reraise:
                raise

    # --- setting

    def update_known(self, **values):
        """Set those that there are; gives the others."""
        known = {k: v for k, v in values.items() if k in self._options}
        if known:
            old = copy.deepcopy(self._options)
            try:
                with self.rollback(known, reraise=True):
                    for k, v in known.items():
                        self._options[k].set(v)
                    self.changed.send(updated=set(known))
            except TypeError:
                self.__dict__["_options"] = old
                raise
        return {k: v for k, v in values.items() if k not in self._options}

    def update_defer(self, **values):
        """Set those that there are; the others wait for process_deferred()."""
        self.deferred.update(self.update_known(**values))

    def update(self, **values):
        """Set several at once; all or none."""
        missing = [k for k in values if k not in self._options]
        if missing:
            raise KeyError("Unknown options: " + ", ".join(missing))
        self.update_known(**values)

    def merge(self, values):
        """Set what is not None; sequences get longer."""
        for k, v in values.items():
            if v is not None:
                self.update(**{k: getattr(self, k) + list(v) if _fits(["x"], self._options[k].typespec) else v})

    def setter(self, name):
        """A function that sets one option."""
        self._known([name])
        return lambda value: setattr(self, name, value)

    def toggler(self, name):
        """A function that turns one option on and off."""
        self._known([name])
        if self._options[name].typespec is not bool:
            raise ValueError("Toggler can only be used with boolean options")
        return lambda: setattr(self, name, not getattr(self, name))

    def set(self, *specs, defer=False):
        """Set options as --set does; those that are not there may wait for process_deferred()."""
        texts = {}
        for spec in specs:
            name, eq, text = spec.partition("=")
            texts.setdefault(name, []).extend([text] if eq else [])
        unknown = {k: v for k, v in texts.items() if k not in self._options}
        if unknown and not defer:
            raise exceptions.OptionsError("Unknown option(s): " + ", ".join(unknown))
        self.deferred.update(unknown)
        self._set_texts({k: v for k, v in texts.items() if k not in unknown})

    def _set_texts(self, texts):
        values = {}
        for k, v in texts.items():
            try:
                values[k] = self._options[k].parse(v)
            except ValueError as e:
                raise exceptions.OptionsError(f"Failed to parse option {k}: {e}") from None
        self.update(**values)

    def process_deferred(self):
        """Set what waited for its option."""
        ready = {k: v for k, v in self.deferred.items() if k in self._options}
        texts = {k: v for k, v in ready.items() if isinstance(v, list) and all(isinstance(x, str) for x in v)}
        self._set_texts(texts)
        self.update(**{k: v for k, v in ready.items() if k not in texts})
        for k in ready:
            del self.deferred[k]
