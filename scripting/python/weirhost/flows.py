"""Records of the program and the flow objects that stand for them."""
import json

import _weir

from mitmproxy.dns import DNSFlow
from mitmproxy.flow import Flow
from mitmproxy.http import HTTPFlow
from mitmproxy.tcp import TCPFlow
from mitmproxy.udp import UDPFlow
from weirhost import conns

# Flows between their first and their last hook: scripts may hang things on them.
_strong = {}
LAST = {"response", "error", "http_connected", "http_connect_error", "websocket_end", "tcp_end", "tcp_error", "udp_end",
         "udp_error", "dns_response", "dns_error"}
# Events of one message, the last of the flow's.
MESSAGES = {"websocket_message", "tcp_message", "udp_message"}
# Events before a server is sought.
BEFORE = {"requestheaders", "request", "http_connect"}
_KINDS = {"tcp": TCPFlow, "udp": UDPFlow, "dns": DNSFlow}


def of_record(record, kind=HTTPFlow):
    """The flow object of a record; the same one as long as somebody has it."""
    return _weir.flow(record, kind)


def any_record(record):
    """A flow object for a record of any protocol."""
    return _weir.flow(record, Flow.types.get(record.type, HTTPFlow))


def kind_of(hook):
    """The class of the flows that a hook is about."""
    return _KINDS.get(hook[:3], HTTPFlow)


def begin(record, point, keep):
    """The flow of a hook call."""
    f = _weir.flow(record, point.kind)
    if keep:
        _strong[f._ref] = f
    f._call = record
    if f._classic is not None:
        f._classic.refresh()
    if point.is_message and record.nmessages:
        f._last = (f.messages if f.type != "http" else f.websocket.messages)[record.nmessages - 1]
    if record.shown and f.type == "http":
        data = f._response_data if point.name == "response" else f._request_data
        data.hide_content()
    return f


def becomes_websocket(f):
    """Whether hooks of a WebSocket follow that of the response."""
    if not f._call.switches:
        return False
    r = f.response
    return r is not None and r.status_code == 101 and (
        f.websocket is not None or f.live and r.headers.get("upgrade", "").lower() == "websocket")


def end(f, record, point):
    """Everything that the hooks did goes back with the call."""
    try:
        if point.is_head:
            stream(f, point.name)
        f._store(record)
        if point.is_message and record.nmessages:
            m = f._last
            record.put_message(m.content, bool(getattr(m, "dropped", False)))
            f._last = None
        elif point.is_before and f._has_server:
            route(record, f)
        elif point.name in ("tcp_start", "udp_start") and record.server is not None:
            conns.aim(record, f.server_conn)
    finally:
        if _strong and is_over(f, point):
            _strong.pop(f._ref, None)
        if f._classic is not None and f._ref not in _strong:
            f._classic._let_go()
        f._leave(record)


def is_over(f, point):
    """Whether no hook of a flow comes after this one."""
    if point.is_last:
        return point.name != "response" or not becomes_websocket(f)
    return point.name[:4] == "dns_" and f._verdict & _weir.HV_KILL


def stream(f, hook):
    """Streaming is wished for when a head comes."""
    if hook == "responseheaders" and not f._has_response:
        return
    message = f.response if hook == "responseheaders" else f.request
    if message.stream:
        f._verdict |= _weir.HV_STREAM
    if callable(message.stream):
        f._verdict |= _weir.HV_PIECES
        keep(f)


def route(record, f):
    """A script may have said by which upstream proxy a request goes."""
    server = f.server_conn
    if server is not None and server._chosen:
        record.via(server._via_text(), f._via_stays)


def piece(record, hook, last):
    """A piece of a stream goes through the script's callable; b"" is the end."""
    data = record.data or b""
    try:
        f = of_record(record)
        message = f.request if hook == "request_piece" else f.response
        if callable(message.stream):
            out = message.stream(data)
            record.put_data(out if isinstance(out, bytes) else b"".join(out))
    finally:
        if last and not data:
            _strong.pop(record.id, None)
        record.done()


def keep(f):
    """The object stays until its exchange is over."""
    if f._ref:
        _strong[f._ref] = f


def let_go(f):
    """Nothing here needs the object any more."""
    _strong.pop(f._ref, None)


def forget():
    """No event of flows is told any more."""
    _strong.clear()


def resume(f):
    """A held flow goes on, with what the script made of it meanwhile."""
    _weir.tell("resume", (), [record_of(f)])


def kill(f):
    """A live flow ends."""
    _weir.tell("kill", (), [record_of(f)])


def record_of(f):
    """A record with all that the object says, and its identity in the program."""
    record = f._record()
    if f._ref:
        record.adopt(f._ref)
    return record


def edit(fs):
    """What scripts changed on flows outside of hooks is shown."""
    records = [record_of(f) for f in fs if f._ref]
    if records:
        _weir.tell("edit", (), records)


def add(f):
    """A flow that a script made comes into the list."""
    record = record_of(f)
    f._ref = record.id
    _weir.ask("add_flow", (), [record])


def refresh(f, record):
    """Marks that a command left on its own record of the flow."""
    marked, comment, meta = record.facts()[7:10]
    if f._call is None:
        f._load(record)
    f.marked, f.comment = marked or "", comment or ""
    if meta is not None:
        f.metadata = {k: json.loads(v) for k, v in meta.items() if v is not None}
