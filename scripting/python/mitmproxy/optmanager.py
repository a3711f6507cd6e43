"""ctx.options, and options apart from those of the running program."""
import copy

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


class _Option:
    def __init__(self, name, type, default, nullable=False, help="", choices=None):
        self.name, self.type, self.default, self.nullable = name, type, default, nullable
        self.help, self.choices, self.value = help, choices, copy.copy(default)

    def set(self, v):
        fits = v is None and self.nullable or (isinstance(v, self.type) and (self.type is bool or not isinstance(v, bool)))
        if self.type is list:
            fits = isinstance(v, (list, tuple)) and all(isinstance(x, str) for x in v)
        if not fits:
            raise TypeError(f"Expected {self.type.__name__} for {self.name}, but got {type(v).__name__}.")
        self.value = list(v) if self.type is list else v


class OptManager(_Manager):
    """Options by name, with types, and listeners that may refuse a change."""

    def __init__(self):
        self.__dict__["_options"] = {}
        self.__dict__["_listeners"] = []

    def add_option(self, name, typespec, default, help, choices=None):
        from mitmproxy import addonmanager
        kind, nullable = addonmanager._typespec(typespec)
        types = {"bool": bool, "int": int, "str": str, "seq": list}
        self._options[name] = _Option(name, types[kind], default, nullable, help, choices)

    def __getattr__(self, name):
        if name in self._options:
            return copy.copy(self._options[name].value)
        raise AttributeError(f"No such option: {name}")

    def __contains__(self, name):
        return name in self._options

    def keys(self):
        return set(self._options)

    def default(self, name):
        return copy.copy(self._options[name].default)

    def has_changed(self, name):
        return self._options[name].value != self._options[name].default

    def subscribe_all(self, fn):
        self._listeners.append(fn)

    def update(self, **values):
        for k in values:
            if k not in self._options:
                raise KeyError(f"Unknown options: {k}")
        old = {k: self._options[k].value for k in values}
        try:
            for k, v in values.items():
                self._options[k].set(v)
            for fn in self._listeners:
                fn(set(values))
        except (TypeError, exceptions.OptionsError):
            for k, v in old.items():
                self._options[k].value = v
            raise

    def set(self, *specs, defer=False):
        for spec in specs:
            name, _, text = spec.partition("=")
            if name not in self._options:
                raise exceptions.OptionsError(f"Unknown option: {name}")
            t = self._options[name].type
            self.update(**{name: text == "true" or not text if t is bool else int(text) if t is int
                           else [text] if t is list else text})
