"""Addons: what their load() is given, and how they are found by name."""
import collections.abc
import inspect
import types
import typing

import _weir

from mitmproxy import exceptions

_OLD = {"clientconnect": "client_connected", "clientdisconnect": "client_disconnected",
        "serverconnect": "server_connect and server_connected", "serverdisconnect": "server_disconnected"}


def name_of(addon):
    """The name by which ctx.master.addons knows an addon."""
    return getattr(addon, "name", None) or type(addon).__name__.lower()


def handler(addon, event, *args):
    """Call what an addon has for an event; a module of that name is none."""
    fn = getattr(addon, event, None)
    if fn is None or isinstance(fn, types.ModuleType):
        return None
    if not callable(fn):
        raise exceptions.AddonManagerError(f"Addon handler {event} ({addon}) not callable")
    return fn(*args)


def sync(addon, event, *args):
    """Call load or configure, which must not be coroutines."""
    r = handler(addon, event, *args)
    if inspect.isawaitable(r):
        r.close()
        raise exceptions.AddonManagerError(f"Async handler {event} ({addon}) cannot be called from sync context")


def check_names(others, script):
    """Two addons must not have one name; files may."""
    taken = {name_of(a) for s in others for a in s.addons if a is not s.module}
    for a in script.addons:
        if a is script.module:
            continue
        name = name_of(a)
        if name in taken:
            raise exceptions.AddonManagerError(f"An addon called '{name}' already exists.")
        taken.add(name)


# Events that do not happen here → what to use.
_NEVER = {"http_connect_upstream": "server_connect", "quic_start_client": "tls_start_client", "quic_start_server": "tls_start_server"}


def warn_of_old(addon, is_meant=lambda old, fn: False):
    """Say what events are called today, unless those of the classic interface are meant."""
    from weirhost import state
    for old, new in _OLD.items():
        fn = getattr(addon, old, None)
        if callable(fn) and not is_meant(old, fn):
            state.log(f"The {old} event has been removed, use {new} instead.", "warn")


def warn_of_old_names(script):
    from weirhost import classic, state
    for a in script.addons:
        warn_of_old(a, lambda old, fn: classic.is_hook(script, old, fn))
        for never, use in _NEVER.items():
            if callable(getattr(a, never, None)):
                state.log(f"The {never} event does not happen, use {use} instead.", "warn")


def commands_of(addon):
    """Name and function of what has @command.command on it."""
    for n in dir(addon):
        if n.startswith("__"):
            continue
        try:
            fn = getattr(addon, n)
            name = getattr(fn, "command_name", None)
        except Exception:
            continue
        if name and isinstance(name, str) and callable(fn):
            yield name, fn


def collect_commands(addon, script):
    """Register what has @command.command on it."""
    from mitmproxy import command
    for name, fn in commands_of(addon):
        command.register(script, name, fn)


def forget_commands(names):
    from mitmproxy import command
    for n in names:
        command.registered.pop(n, None)


def _typespec(t):
    """(bool|int|str|seq, may be None) of a type; TypeError for others."""
    args = typing.get_args(t)
    if type(None) in args and len(args) == 2:
        kind, _ = _typespec(next(a for a in args if a is not type(None)))
        return kind, True
    if t in (bool, int, str):
        return t.__name__, False
    if typing.get_origin(t) in (collections.abc.Sequence, list) and args == (str,):
        return "seq", False
    raise TypeError(f"Unsupported option type: {t}")


def add_option(script, name, typespec, default, help, choices=None):
    """Register an option with the program."""
    from weirhost import options, state
    kind, nullable = _typespec(typespec)
    values = list(default or []) if kind == "seq" else [] if default is None else [
        str(default).lower() if kind == "bool" else str(default)]
    old = options.rows().get(name)
    if old is not None:
        same = (old.type == ("choice" if choices else kind) and old.nullable == nullable and old.default == default)
        if same:
            return
        state.log(f"Over-riding existing option {name}", "warn")
        _weir.ask("drop", [name])
    words = [name, kind, "1" if nullable else "0", "1" if default is None else "0", help or "", str(len(values)), *values,
             *(choices or ())]
    try:
        got, _ = _weir.ask("add_option", words)
    except ValueError as e:
        raise exceptions.OptionsError(str(e)) from None
    o = options.added(got)
    if kind == "seq":
        o.default = values
    if script is not None:
        script.options.append(name)


def _add_apart(options, name, typespec, default, help, choices):
    """Add an option to those of a test."""
    old = options._options.get(name)
    if old is not None:
        from weirhost import state
        if (old.typespec, old.default, old.choices) == (typespec, default, choices):
            return
        state.log(f"Over-riding existing option {name}", "warn")
    options.add_option(name, typespec, default, help, choices)


def _is_apart(master):
    """Whether it is a test's, with options of its own."""
    from mitmproxy import optmanager
    return isinstance(getattr(master, "options", None), optmanager.OptManager)


class Loader:
    """What load() is given: options and commands are added through it. Tests may make one of a master of theirs."""

    def __init__(self, master):
        self._of = master

    @property
    def master(self):
        from mitmproxy import ctx
        return self._of if _is_apart(self._of) else ctx.master

    def add_option(self, name, typespec, default, help, choices=None):
        """Add an option: bool, int, str, Optional[int], Optional[str] or Sequence[str]."""
        if _is_apart(self._of):
            _add_apart(self._of.options, name, typespec, default, help, choices)
        else:
            add_option(self._of, name, typespec, default, help, choices)

    def add_command(self, path, func):
        """Add a command."""
        if _is_apart(self._of):
            self._of.commands.add(path, func)
            return
        from mitmproxy import command
        command.register(self._of, path, func)


class AddonManager:
    """ctx.master.addons"""

    def __new__(cls, master):
        if _is_apart(master):
            from weirhost import apart
            cls = apart.Addons
        return super().__new__(cls)

    def __init__(self, master):
        self.master = master

    @property
    def chain(self):
        from weirhost import scripts
        return [s.module for s in scripts.loaded if s.module]

    @property
    def lookup(self):
        from weirhost import scripts
        return {name_of(a): a for s in scripts.loaded for a in s.addons}

    def get(self, name):
        return self.lookup.get(name)

    def __contains__(self, item):
        return name_of(item) in self.lookup if not isinstance(item, str) else item in self.lookup

    def __len__(self):
        return len(self.chain)

    def add(self, *addons):
        """Addons that a script adds while it runs live as long as the script."""
        from weirhost import dispatch, options, scripts, state
        script = state.current.get()
        if script is None:
            raise exceptions.AddonManagerError("no script is at work")
        for addon in addons:
            for a in scripts.flatten(addon):
                if name_of(a) in self.lookup:
                    raise exceptions.AddonManagerError(f"An addon called '{name_of(a)}' already exists.")
                sync(a, "load", Loader(script))
                collect_commands(a, script)
                script.addons.append(a)
                sync(a, "configure", options.names())
        dispatch.rebuild(scripts.loaded)

    def remove(self, addon):
        from weirhost import dispatch, scripts
        for s in scripts.loaded:
            if addon in s.addons:
                s.addons.remove(addon)
                sync(addon, "done")
        dispatch.rebuild(scripts.loaded)

    def register(self, addon):
        """The same, of one addon; it is given back."""
        self.add(addon)
        return addon

    def trigger(self, event):
        for a in self.lookup.values():
            self.invoke_addon(a, event)

    def invoke_addon(self, addon, event):
        sync(addon, event.name, *event.args())

    invoke_addon_sync = invoke_addon


