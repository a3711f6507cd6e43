"""Events to handlers: who wants what, in which order, and what when one fails or takes its time."""
import asyncio
import types
from functools import partial

import _weir

from mitmproxy.exceptions import AddonHalt
from weirhost import classic, conns, errors, flows, state, wsgi

# Events of flows that both live flows and one-shot runs have.
FLOW_HOOKS = ("http_connect", "http_connected", "http_connect_error", "requestheaders", "request", "responseheaders", "response",
              "error", "websocket_start", "websocket_message", "websocket_end",
              "tcp_start", "tcp_message", "tcp_end", "tcp_error", "udp_start", "udp_message", "udp_end", "udp_error",
              "dns_request", "dns_response", "dns_error")
PIECES = {"request_piece", "response_piece"}
CONN_HOOKS = {*state.HOOKS} - {*FLOW_HOOKS} - PIECES
table = {}                              # event → [(script, addon, name of the function, classic?)]
_waiting = {}                           # handlers that wait for something: task → script
_gate = []                              # calls that came while a start-up event was awaited
_closed = 0
_keep = False


class Point:
    """A hook of the program, with all that is known before a call of it comes."""

    __slots__ = ("name", "serve", "kind", "entries", "heads", "is_request", "is_message", "is_last", "is_head", "is_before")

    def __init__(self, name):
        self.name = name
        self.serve = serve_piece if name in PIECES else serve_flow if name in FLOW_HOOKS else serve_conn
        self.kind = flows.kind_of(name)
        self.is_request, self.is_head = name == "request", name in ("requestheaders", "responseheaders")
        self.is_message, self.is_last = name in flows.MESSAGES, name in flows.LAST
        self.is_before = name in flows.BEFORE
        self.entries = self.heads = ()

    def set(self):
        """The handlers of the table; heads: those of an answer that is given here, for it has none that comes."""
        self.entries = table.get(self.name, ())
        if self.name in ("requestheaders", "request"):
            # Classic scripts do not expect one.
            self.heads = [e for e in table.get("responseheaders", ()) if not e[3]]


def handlers_of(script, event):
    """The functions of a script for an event, parents first."""
    out = []
    for addon in script.addons:
        fn = getattr(addon, event, None)
        if callable(fn) and not isinstance(fn, types.ModuleType) and not classic.is_hook(script, event, fn):
            out.append((script, addon, event, False))
        old = classic.function_for(script, addon, event)
        if old is not None:
            out.append((script, addon, old, True))
    return out


def rebuild(scripts):
    """Make the tables from the scripts in their order and tell the program what is wanted."""
    global _keep
    table.clear()
    for event in {*state.HOOKS, "update", "add_log"}:
        entries = [e for s in scripts for e in handlers_of(s, event)]
        if entries:
            table[event] = entries
    for point in _points:
        point.set()
    wanted = {name for name in state.HOOKS if name in table}
    if "update" in table:
        wanted |= set(FLOW_HOOKS)
    if wsgi.wanted():
        wanted.add("request")
    _keep = len(wanted & set(FLOW_HOOKS)) > 1 or bool(wanted & flows.MESSAGES)
    if _keep:
        wanted |= {"error", "websocket_end"}    # so that we know when to let go
        for kind in ("tcp", "udp"):
            if any(w.startswith(kind) for w in wanted):
                wanted |= {kind + "_end", kind + "_error"}
        if wanted & {"dns_request", "dns_response"}:
            wanted |= {"dns_response", "dns_error"}
        if "http_connect" in wanted:
            wanted |= {"http_connected", "http_connect_error"}
    if wanted & {"requestheaders", "responseheaders"}:
        wanted |= PIECES | {"error"}
    if wanted & CONN_HOOKS:
        wanted |= conns.ENDS
    else:
        conns.forget()
    if not wanted & {*FLOW_HOOKS}:
        flows.forget()
    state.log_hooks[:] = [log_handler(e) for e in table.get("add_log", ())]
    _weir.want(sum(1 << state.NUMBER[name] for name in wanted))


def log_handler(entry):
    def call(line):
        try:
            getattr(entry[1], "add_log")(line)
        except Exception as e:
            errors.report(e)
    return call


def is_awaitable(r):
    return r is not None and hasattr(r, "__await__")


def run(entries, arg, then):
    """Call handlers in order, then then(). What is awaited holds back the rest of this event only."""
    halted = None
    for i, entry in enumerate(entries):
        script, addon, name, old = entry
        if script is halted:
            continue
        _weir.holding(script.number)
        token = state.current.set(script)
        try:
            r = classic.call(script, addon, name, arg) if old else getattr(addon, name)(arg)
            if r is not None and is_awaitable(r):
                wait(r, entries, i, arg, then)
                return
        except AddonHalt:
            break
        except BaseException as e:
            halted = script
            failed(script, e, old)
        finally:
            state.current.reset(token)
    then()


def wait(r, entries, i, arg, then):
    gone_on = []

    def go_on(entries):
        if not gone_on:
            gone_on.append(True)
            run(entries, arg, then)

    def ended(task):
        """Broken off outside of the script's own lines: the flow goes on all the same."""
        _waiting.pop(task, None)
        if not task.cancelled():
            task.exception()
        go_on(())

    async def rest():
        script, halted = entries[i][0], None
        try:
            await r
        except AddonHalt:
            return go_on(())
        except BaseException as e:
            failed(script, e, entries[i][3])
            halted = script
        if entries[i][3]:
            classic.settle(script, arg)
        go_on([e for e in entries[i + 1:] if e[0] is not halted])
    task = state.loop.create_task(rest())
    _waiting[task] = entries[i][0]
    task.add_done_callback(ended)


def failed(script, e, old):
    """An exception of a script; SystemExit unloads it."""
    if isinstance(e, SystemExit):
        from weirhost import scripts
        state.log("the script has exited; it is unloaded")
        state.loop.call_soon(scripts.exited, script)
        return
    if isinstance(e, asyncio.CancelledError):
        state.log("its wait was stopped by the user")
        return
    errors.report(e, "Script error" if old else "Addon error")


def serve(record):
    """A hook call of the program."""
    if _closed:
        _gate.append(record)
        return
    point = _points[record.hook]
    point.serve(record, point)


def serve_piece(record, point):
    try:
        flows.piece(record, point.name, not _keep)
    except BaseException as e:
        errors.report(e, "Addon error")


def serve_flow(record, point):
    try:
        f = flows.begin(record, point, _keep)
    except BaseException as e:
        record.done()
        errors.report(e, "Internal error")
        return
    entries = point.entries
    if f._unseen:
        entries = ()
        if not _keep:
            flows.let_go(f)             # no other event will come
    elif point.is_request and (found := wsgi.app_for(f)) is not None:
        entries = (app_entry(*found),)
        f._unseen = True
    after = partial(finish, f, record, point)
    if "update" in table:
        after = partial(update, f, after)
    if point.heads:
        after = partial(answer, f, f._has_response, point, after)
    run(entries, f, after)


def answer(f, answered, point, after):
    """An answer from here shows its head now."""
    if answered or not f._has_response:
        after()
    else:
        run(point.heads, f, after)


def update(f, after):
    run(table.get("update", ()), [f], after)


def finish(f, record, point):
    try:
        flows.end(f, record, point)
    except Exception as e:
        errors.report(e)


class AppScript:
    """Stands for a script in the entry of an app."""

    number, tag = 0, "app"


def app_entry(app, domain, port):
    """An entry of the table that answers by a WSGI app; no other handler sees the flow."""
    class Answer:
        @staticmethod
        def request(flow):
            return wsgi.serve(app, flow, domain, port)
    return AppScript, Answer, "request", False


def serve_conn(record, point):
    hook = point.name
    try:
        arg = conns.begin(record, hook)
    except BaseException as e:
        record.done()
        errors.report(e, "Internal error")
        return

    def finish():
        try:
            conns.end(arg, record, hook)
        except Exception as e:
            errors.report(e)
        finally:
            record.done()
    run(point.entries, arg, finish)


def close_gate():
    """Hook calls wait until open_gate(): a start-up event is still running."""
    global _closed
    _closed += 1


def open_gate():
    global _closed
    _closed -= 1
    while _gate and not _closed:
        serve(_gate.pop(0))


def cancel_waiting(script=None):
    """What handlers (of a script) wait for is not waited for any more; their flows go on."""
    for task, owner in list(_waiting.items()):
        if script is None or owner is script:
            state.loop.call_soon(task.cancel)       # behind its first step, or it would never go on


def give_all_back():
    """The end: nobody waits for scripts any more."""
    global _closed
    _closed = 0
    cancel_waiting()
    for record in _gate:
        record.done()
    _gate.clear()


_points = [Point(name) for name in state.HOOKS]
