"""Scripts: finding, loading, reloading and ending them."""
import inspect
import os
import shlex
import sys
import types

import _weir

from mitmproxy import addonmanager, exceptions
from weirhost import classic, dispatch, errors, options, py2, state, wsgi

loaded = []             # in the order of the option
FOLDER = "__mitmproxy_script__"         # their modules are in it
POLL = 1.0              # seconds between looks at the files


class Script:
    """One -s: a file, its arguments, and what it defines."""

    def __init__(self, command):
        self.command = command
        self.argv = split(command)
        self.argv[0] = self.path = os.path.expanduser(self.argv[0])
        self.name = os.path.basename(self.path)
        self.tag = self.name[:-3][:11] if self.name.endswith(".py") else self.name[:11]
        self.number = _weir.name(self.name)
        self.module = None
        self.addons = []
        self.classic, self.context = set(), None
        self.options, self.commands = [], []
        self.mtime = None
        self.done_called = True

    def __repr__(self):
        return f"<script {self.path}>"

    # --- life

    def load(self, start=True):
        """Run the file and its load and start events."""
        _weir.holding(self.number)
        token = state.current.set(self)
        try:
            self.mtime = mtime(self.path)
            self.module = execute(self.path, len(self.argv) > 1)
            self.addons = list(flatten(self.module))
            classic.examine(self)
            addonmanager.check_names([s for s in loaded if s is not self], self)
            if classic.is_classic(self):
                classic.start(self)
            loader = addonmanager.Loader(self)
            for addon in self.addons:
                if start:
                    addonmanager.sync(addon, "load", loader)
                addonmanager.collect_commands(addon, self)
            addonmanager.warn_of_old_names(self)
            self.done_called = False
        finally:
            state.current.reset(token)

    def configure(self, updated):
        """Tell of options; OptionsError passes."""
        token = state.current.set(self)
        try:
            for addon in self.addons:
                addonmanager.sync(addon, "configure", updated)
        finally:
            state.current.reset(token)

    def event(self, name, then):
        """running or done: an event without an argument."""
        calls = []
        for _, addon, function, old in dispatch.handlers_of(self, name):
            fn = getattr(addon, function)
            calls.append((lambda fn=fn: fn(self.context)) if old else fn)
        self._call(calls, then)

    def _call(self, calls, then):
        for i, call in enumerate(calls):
            _weir.holding(self.number)
            token = state.current.set(self)
            try:
                r = call()
                if dispatch.is_awaitable(r):
                    self._await(r, calls[i + 1:], then)
                    return
            except BaseException as e:
                errors.report(e, self.complaint())
            finally:
                state.current.reset(token)
        then()

    def _await(self, r, calls, then):
        async def rest():
            try:
                await r
            except BaseException as e:
                errors.report(e, self.complaint())
            self._call(calls, then)
        self.task = state.loop.create_task(rest())

    def complaint(self):
        """What its exceptions are called."""
        return "Script error" if self.classic else "Addon error"

    def unload(self, then):
        """done, then all that it brought is gone."""
        if self.done_called:
            return self._forget(then)
        self.done_called = True
        self.event("done", lambda: self._forget(then))

    def _forget(self, then):
        for name in self.commands + self.options:
            try:
                _weir.ask("drop", [name])
            except RuntimeError:
                pass
        options.forget(self.options)
        if views := sys.modules.get("mitmproxy.contentviews"):
            views._forget(self)
        wsgi.forget(self)
        addonmanager.forget_commands(self.commands)
        self.commands, self.options, self.addons = [], [], []
        if self.module is not None:
            unlist(self.module)
        then()


def split(command):
    """["path", "argument", …] of a -s; a path that is there needs no quotes."""
    bare = command.strip().strip("'\"")
    if os.path.exists(os.path.expanduser(bare)):
        return [bare]
    try:
        argv = shlex.split(command)
    except ValueError as e:
        raise exceptions.OptionsError(f"Bad script command {command!r}: {e}") from None
    if not argv:
        raise exceptions.OptionsError("Empty script command.")
    return argv


def mtime(path):
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None


def execute(path, arguments=False):
    """The module of a file. Its folder is importable, now and later."""
    if not os.path.isfile(path):
        what = "Not a file" if os.path.exists(path) else "No such script"
        hint = "; a path with spaces has quotes of its own: -s \"'./a b.py' argument\"" if arguments else ""
        raise exceptions.OptionsError(f"{what}: {path}{hint}")
    folder = os.path.dirname(os.path.abspath(path))
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path.insert(0, folder)
    base = os.path.splitext(os.path.basename(path))[0]
    module = types.ModuleType(f"{FOLDER}.{base}")
    module.__file__ = path
    code = py2.compile_file(path, module)
    # Where dataclasses and pickle look for what a class is made of.
    sys.modules.setdefault(FOLDER, types.ModuleType(FOLDER))
    sys.modules[module.__name__] = module
    try:
        exec(code, module.__dict__)
    except BaseException:
        unlist(module)
        raise
    if "name" not in module.__dict__:
        module.name = path
    return module


def unlist(module):
    """Its name is that of another script's module again, or nobody's."""
    name = module.__name__
    if sys.modules.get(name) is module:
        del sys.modules[name]
        sys.modules.update({name: s.module for s in loaded if s.module not in (None, module) and s.module.__name__ == name})


def flatten(addon):
    """An addon and those in its `addons`, parents first."""
    yield addon
    for a in getattr(addon, "addons", None) or ():
        yield from flatten(a)


def load_error(script, e):
    """The sentence about a script that cannot be loaded; the traceback is in the log."""
    if isinstance(e, (exceptions.OptionsError, exceptions.AddonManagerError)):
        text = str(e)
        state.log(text, "error")
    else:
        state.log(f"error in script {script}\n{errors.text(e)}", "error")
        head = f"{type(e).__name__}: {e}" if str(e) else type(e).__name__
        text = f"error in script {script}: {head}"
    return text


def start(script):
    """Load a script; the sentence that says why not, or None."""
    token = state.current.set(script)
    try:
        script.load()
        script.configure(options.names())
    except BaseException as e:
        text = load_error(script.path, e)
        script.unload(lambda: None)
        return text
    finally:
        state.current.reset(token)
    if state.running:
        script.event("running", lambda: None)
    return None


def set_scripts(commands):
    """The option's value: what is new is loaded, what is gone is ended. The first failure in words, or None."""
    failures = []
    if len(set(commands)) != len(commands):
        twice = next(c for c in commands if commands.count(c) > 1)
        text = f"Duplicate script: {twice}"
        state.log(text, "error")
        failures.append(text)
        commands = list(dict.fromkeys(commands))
    for s in [s for s in loaded if s.command not in commands]:
        loaded.remove(s)
        dispatch.rebuild(loaded)
        s.unload(lambda: None)
    old = {s.command: s for s in loaded}
    loaded.clear()
    for c in commands:
        try:
            loaded.append(old.get(c) or Script(c))
        except exceptions.OptionsError as e:
            failures.append(load_error(c, e))
    for s in [s for s in loaded if s.command not in old]:
        text = start(s)
        if text:
            failures.append(text)
    dispatch.rebuild(loaded)
    watch()
    return failures[0] if failures else None


_timer = None


def watch():
    """Look at the files every second, as long as there are any."""
    global _timer
    if _timer is not None:
        _timer.cancel()
        _timer = None
    if loaded and state.loop is not None:
        _timer = state.loop.call_later(POLL, look)


def look():
    for s in list(loaded):
        now = mtime(s.path)
        if now is None and s.mtime is not None:
            gone(s)
        elif now != s.mtime:
            reload(s)
    watch()


def gone(script):
    """Its file was deleted: it leaves the option, and so is unloaded."""
    state.log(f"{script.path} is gone; unloading it")
    script.mtime = None
    options.update({"scripts": [s.command for s in loaded if s is not script]}, tell=False)


def reload(script):
    """done of the old, everything of the new; a new one that fails stays unloaded until it changes again."""
    state.log(f"loading script {script.path}")

    def then():
        fresh = Script(script.command)
        if script in loaded:
            loaded[loaded.index(script)] = fresh
        start(fresh)
        if fresh.mtime is None:
            fresh.mtime = mtime(fresh.path)
        dispatch.rebuild(loaded)
    script.unload(then)


def exited(script):
    """sys.exit() in a script ends the script alone."""
    if script in loaded:
        loaded.remove(script)
        dispatch.rebuild(loaded)
        script.unload(lambda: None)


def all_running(then):
    """The program is up: tell everybody, then then()."""
    state.running = True
    each("running", list(loaded), then)


def each(name, scripts, then):
    if not scripts:
        return then()
    scripts[0].event(name, lambda: each(name, scripts[1:], then))


def end_all(then):
    """done of every script, in order."""
    scripts = list(loaded)
    loaded.clear()
    dispatch.rebuild(loaded)

    def step():
        if not scripts:
            return then()
        scripts.pop(0).unload(step)
    step()


def parameters(fn):
    """How many positional arguments a function takes for sure: (least, most)."""
    try:
        ps = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return 0, 99
    positional = [p for p in ps if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    most = 99 if any(p.kind is p.VAR_POSITIONAL for p in ps) else len(positional)
    return sum(p.default is p.empty for p in positional), most
