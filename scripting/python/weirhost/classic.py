"""
Scripts of the classic dialect: functions whose first argument is a context.
Their objects stand in front of those of today; what a handler changed on
them is carried over when it returns, so both dialects see one flow.
"""
import types


# Today's event → the classic function for it.
EVENTS = {"client_connected": "clientconnect", "server_connect": "serverconnect", "client_disconnected": "clientdisconnect",
          "request": "request", "responseheaders": "responseheaders", "response": "response", "error": "error",
          "done": "done"}
CONNECTIONS = {"clientconnect", "serverconnect", "clientdisconnect"}
NAMES = {"start": 2, "done": 1, **{n: 2 for n in EVENTS.values() if n != "done"}}


def examine(script):
    """Find the classic functions of a module, by how many arguments they take for sure."""
    from weirhost import scripts
    script.classic = set()
    for name, n in NAMES.items():
        fn = script.module.__dict__.get(name)
        if not callable(fn) or isinstance(fn, (type, types.ModuleType)):
            continue
        least, _ = scripts.parameters(fn)
        if least == n or (n == 2 and least > 2):
            script.classic.add(name)
    if script.classic:
        context_of(script)


def is_classic(script):
    return bool(script.classic)


def context_of(script):
    """The script's ScriptContext; made with the first need of it."""
    if script.classic and script.context is None:
        from libmproxy.script import ScriptContext
        script.context = ScriptContext(script)
    return script.context


def start(script):
    """start(context, argv); its exceptions pass."""
    if "start" in script.classic:
        script.module.start(script.context, list(script.argv))


def is_hook(script, event, fn):
    """Whether a function of that name is classic, so that today's event must not call it."""
    return event in script.classic and getattr(script.module, event, None) == fn


def function_for(script, addon, event):
    """The classic function that an event of today means, if the script has it."""
    name = EVENTS.get(event)
    return name if addon is script.module and name in script.classic else None


def call(script, addon, name, arg):
    """Call a classic handler. Gives an awaitable if it runs in a thread."""
    fn = getattr(addon, name)
    if name in CONNECTIONS:
        from libmproxy.proxy.server import ConnectionHandler
        return fn(script.context, ConnectionHandler.of(arg))
    if name == "responseheaders" and arg._replied:
        return None
    flow = arg._classic or face_of(arg)
    try:
        r = fn(script.context, flow)
    except BaseException:
        flow.settle()
        raise
    if r is not None and hasattr(r, "__await__"):
        return r
    flow.settle()
    return None


def face_of(flow):
    """The classic face of a flow."""
    from libmproxy.protocol.http import HTTPFlow
    return HTTPFlow.of(flow)


def settle(script, arg):
    """A handler that ran in a thread is through."""
    flow = getattr(arg, "_classic", None)
    if flow is not None:
        flow.settle()


