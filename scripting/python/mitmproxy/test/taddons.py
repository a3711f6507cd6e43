"""A context in which an addon can be tested."""
import inspect

from mitmproxy import addonmanager, command, ctx, exceptions, master, options
from weirhost import scripts, sequence


class _Loader(addonmanager.Loader):
    def __init__(self, context):
        self._context = context

    @property
    def master(self):
        return self._context.master

    def add_option(self, name, typespec, default, help, choices=None):
        self._context.options.add_option(name, typespec, default, help, choices)

    def add_command(self, path, func):
        self._context.commands[path] = command.Command(path, func, None)


class _Addons:
    """The addons of a context."""

    def __init__(self, context):
        self._context, self.chain, self.lookup = context, [], {}

    def get(self, name):
        return self.lookup.get(name)

    def __contains__(self, item):
        return addonmanager.name_of(item) in self.lookup

    def __len__(self):
        return len(self.chain)

    def add(self, *addons):
        for addon in addons:
            self.register(addon)
            self.chain.append(addon)

    def register(self, addon):
        for a in scripts.flatten(addon):
            name = addonmanager.name_of(a)
            if name in self.lookup:
                raise exceptions.AddonManagerError(f"An addon called '{name}' already exists.")
            self.lookup[name] = a
            addonmanager.sync(a, "load", _Loader(self._context))
            for n, fn in inspect.getmembers(a, lambda x: callable(x) and hasattr(x, "command_name")):
                if not n.startswith("__"):
                    self._context.commands[fn.command_name] = command.Command(fn.command_name, fn, None)

    def remove(self, addon):
        for a in scripts.flatten(addon):
            self.lookup.pop(addonmanager.name_of(a), None)
            addonmanager.sync(a, "done")
        self.chain = [a for a in self.chain if a is not addon]

    def invoke_addon(self, addon, event):
        addonmanager.sync(addon, event.name, *event.args())

    def trigger(self, event):
        for a in list(self.lookup.values()):
            self.invoke_addon(a, event)


class _Commands(command.CommandManager):
    def __init__(self, master, own):
        super().__init__(master)
        self._own = own

    def call(self, name, *args):
        if name in self._own:
            return self._own[name].call(args)
        return super().call(name, *args)

    def call_strings(self, name, args):
        if name in self._own:
            return self._own[name].call_words(args)
        return super().call_strings(name, args)


class context:
    """with taddons.context(addon) as tctx: … options and addons of its own, ctx points to it."""

    def __init__(self, *addons, options=None, loadcore=True):
        self.options = options if options is not None else _options()
        self.commands = {}
        self.master = master.Master(self.options)
        self.master.addons = _Addons(self)
        self.master.commands = _Commands(self.master, self.commands)
        self.options.subscribe_all(self._changed)
        self._keep = ctx.master, ctx.options
        ctx.master, ctx.options = self.master, self.options
        for a in addons:
            self.master.addons.add(a)

    def _changed(self, updated):
        for a in list(self.master.addons.lookup.values()):
            addonmanager.sync(a, "configure", updated)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        ctx.master, ctx.options = self._keep
        return False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        return self.__exit__(*exc)

    def configure(self, addon, **kwargs):
        """Set options and tell the addon, whether they changed or not."""
        with_listeners, self.options.__dict__["_listeners"] = self.options._listeners, []
        try:
            self.options.update(**kwargs)
        finally:
            self.options.__dict__["_listeners"] = with_listeners
        addonmanager.sync(addon, "configure", set(kwargs))

    def script(self, path):
        """Load a script and give its addon."""
        module = scripts.execute(path)
        self.master.addons.add(module)
        return module.addons[0] if getattr(module, "addons", None) else module

    async def cycle(self, addon, f):
        """Show a flow to the addon, event by event."""
        for name in sequence.events(f):
            fn = getattr(addon, name, None)
            if fn is not None:
                r = fn(f)
                if inspect.isawaitable(r):
                    await r

    def command(self, func, *args):
        """Call a command with texts."""
        return command.Command("test.command", func, None).call_words(args)


def _options():
    return options.Options()
