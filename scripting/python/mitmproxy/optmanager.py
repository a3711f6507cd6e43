"""ctx.options."""
import copy




class ProgramOptions:
    """The options of the program, as attributes. What is read is a copy; what is set is checked."""

    def __getattr__(self, name):
        from weirhost import options
        o = options.rows().get(name)
        if o is None:
            raise AttributeError(options.unknown(name))
        return copy.copy(o.value)

    def __setattr__(self, name, value):
        self.update(**{name: value})

    def __contains__(self, name):
        from weirhost import options
        return name in options.rows()

    def update(self, **values):
        from weirhost import options
        options.update(values)

    def update_known(self, **values):
        self.update(**{k: v for k, v in values.items() if k in self})
        return {k: v for k, v in values.items() if k not in self}

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



