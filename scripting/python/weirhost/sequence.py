"""The events that a finished flow gives, as flows that are read from a file do."""
import collections


def events(f):
    """Names of events, one by one; messages are put back as their events come."""
    return {"tcp": conversation, "udp": conversation, "dns": dns}.get(f.type, http)(f)


def http(f):
    if f.request is not None:
        yield "requestheaders"
        yield "request"
    if f.response is not None:
        yield "responseheaders"
        yield "response"
    if f.websocket is not None:
        yield from messages(f.websocket, "websocket")
        yield "websocket_end"
    elif f.error is not None:
        yield "error"


def conversation(f):
    yield from messages(f, f.type)
    yield f.type + ("_error" if f.error is not None else "_end")


def dns(f):
    if f.request is not None:
        yield "dns_request"
    if f.response is not None:
        yield "dns_response"
    if f.error is not None:
        yield "dns_error"


def messages(owner, kind):
    """The start, then each message with those before it; what a handler added in between stays."""
    left, owner.messages = collections.deque(owner.messages), []
    try:
        yield kind + "_start"
        while left:
            owner.messages.append(left.popleft())
            yield kind + "_message"
    finally:
        owner.messages.extend(left)
