"""A context in which an addon can be tested."""
from mitmproxy import addonmanager, command, ctx, hooks, master, options
from mitmproxy.proxy import mode_specs
from weirhost import errors, scripts, sequence


class _Master(master.Master):
    """The master of a context."""

    async def load_flow(self, f):
        """Show a flow to the addons, event by event, as one that was read from a file."""
        if f.type == "http" and self.options.mode[0].startswith("reverse:"):
            mode = mode_specs.ProxyMode.parse(self.options.mode[0])
            f.request.host, f.request.port = mode.address
            f.request.scheme = mode.scheme
        for name in sequence.events(f):
            await self.addons.handle_lifecycle(hooks.all_hooks[name](f))


class context:
    """with taddons.context(addon) as tctx: … options and addons of its own, ctx points to it."""

    _quiet = False

    def __init__(self, *addons, options=None, loadcore=True):
        self.options = options if options is not None else _options()
        self.master = _Master(self.options)
        self.commands = self.master.commands.commands
        self.options.subscribe_all(self._changed)
        self._keep = ctx.master, ctx.options
        ctx.master, ctx.options = self.master, self.options
        for a in addons:
            self.master.addons.add(a)

    def _changed(self, updated):
        if self._quiet:
            return
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
        """Set options and tell the addon, whether they changed or not. They stay as they were if it raises OptionsError."""
        if addon not in self.master.addons:
            self.master.addons.register(addon)
        with self.options.rollback(kwargs, reraise=True):
            self._quiet = True
            try:
                self.options.update(**kwargs)
            finally:
                self._quiet = False
            addonmanager.sync(addon, "configure", set(kwargs))

    def script(self, path):
        """Load a script and give its addon; None if that fails, which is logged."""
        try:
            module = scripts.execute(path)
            self.master.addons.add(module)
        except Exception as e:
            errors.report(e)
            return None
        return module.addons[0] if getattr(module, "addons", None) else module

    async def cycle(self, addon, f):
        """Show a flow to the addon and those below it, event by event, until one intercepts it."""
        for name in sequence.events(f):
            for a in scripts.flatten(addon):
                await self.master.addons.invoke_addon(a, hooks.all_hooks[name](f))
            if f.intercepted:
                return

    def command(self, func, *args):
        """Call a command with texts."""
        return command.Command(self.master.commands, "test.command", func).call_words(args)


def _options():
    return options.Options()
