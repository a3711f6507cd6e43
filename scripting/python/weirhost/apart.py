"""Masters with options of their own, as tests of addons make them: their addons and commands are not the program's."""
import inspect
import sys

from mitmproxy import addonmanager, command, exceptions, flow, hooks
from weirhost import errors, scripts


class Addons(addonmanager.AddonManager):
    """The addons of such a master. What goes wrong in one is logged; the others are called all the same."""

    chain = lookup = None       # no longer asked of the program

    def __init__(self, master):
        super().__init__(master)
        self.chain, self.lookup = [], {}

    def __str__(self):
        return "\n".join(map(str, self.chain))

    def add(self, *addons):
        for addon in addons:
            self.chain.append(self.register(addon))

    def register(self, addon):
        """Load an addon and those below it; they are found by name, and called with the one that they are of."""
        tree = list(scripts.flatten(addon))
        for a in tree:
            addonmanager.warn_of_old(a)
            if addonmanager.name_of(a) in self.lookup:
                raise exceptions.AddonManagerError(f"An addon called '{addonmanager.name_of(a)}' already exists.")
        for a in tree:
            addonmanager.sync(a, "load", addonmanager.Loader(self.master))
        self.lookup.update((addonmanager.name_of(a), a) for a in tree)
        for a in tree:
            self.master.commands.collect_commands(a)
        self.master.options.process_deferred()
        return addon

    def remove(self, addon):
        if addon not in self:
            raise exceptions.AddonManagerError(f"No such addon: {addonmanager.name_of(addon)}")
        for a in scripts.flatten(addon):
            self.lookup.pop(addonmanager.name_of(a), None)
            self._try(a, "done")
        self.chain = [a for a in self.chain if a is not addon]

    def clear(self):
        for a in list(self.lookup.values()):
            self._try(a, "done")
        self.chain, self.lookup = [], {}

    def _try(self, addon, name, *args):
        """Call a handler; what it raises is logged. True: those after it are not to be called."""
        try:
            addonmanager.sync(addon, name, *args)
        except exceptions.AddonHalt:
            return True
        except Exception as e:
            errors.report(e)
        return False

    def trigger(self, event):
        """Show an event to all; handlers must not be coroutines."""
        for a in list(self.lookup.values()):
            if self._try(a, event.name, *event.args()):
                break

    async def trigger_event(self, event):
        """Show an event to all; handlers may be coroutines."""
        for a in list(self.lookup.values()):
            try:
                await self.invoke_addon(a, event)
            except exceptions.AddonHalt:
                break
            except Exception as e:
                errors.report(e)

    async def handle_lifecycle(self, event):
        """The same; an event of a flow is followed by that of its update."""
        await self.trigger_event(event)
        args = event.args()
        if args and isinstance(args[0], flow.Flow):
            await self.trigger_event(hooks.UpdateHook(args))

    def invoke_addon_sync(self, addon, event):
        for a in scripts.flatten(addon):
            addonmanager.sync(a, event.name, *event.args())

    async def invoke_addon(self, addon, event):
        r = addonmanager.handler(addon, event.name, *event.args())
        if inspect.isawaitable(r):
            await r


class Commands(command.CommandManager):
    """The commands of its addons; others are the program's."""

    commands = None             # no longer those of the scripts

    def __init__(self, master):
        super().__init__(master)
        self.commands = {}

    def add(self, path, func):
        self.commands[path] = command.Command(self, path, func)

    def collect_commands(self, addon):
        """Add what has @command.command on it."""
        for name, fn in addonmanager.commands_of(addon):
            try:
                self.add(name, fn)
            except (TypeError, exceptions.CommandError) as e:
                errors.report(e, f"Could not load command {name}")

    def dump(self, out=sys.stdout):
        """Print what there is."""
        for c in sorted(self.commands.values(), key=lambda c: c.name):
            print(*(f"# {line}" for line in c.help.splitlines()), c.signature_help(), sep="\n", end="\n\n", file=out)

    def call(self, name, *args):
        if name in self.commands:
            return self.commands[name].call(args)
        return super().call(name, *args)

    def call_strings(self, name, args):
        if name in self.commands:
            return self.commands[name].call_words(args)
        return super().call_strings(name, args)
