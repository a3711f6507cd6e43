"""Content views of scripts at work: the program asks, one body at a time."""
import _weir

from mitmproxy import contentviews, flow
from weirhost import errors, flows, state


def job(words, records):
    """(ticket, name of a view or "auto", the priority to be beaten, media type, which message) of a body."""
    ticket = int(words[0])
    data = _weir.view_body(ticket)
    if data is None:
        return                          # nobody waits any more
    view, token = None, None
    try:
        m = metadata(words[3], words[4], records, data)
        view = choose(words[1].lower(), float(words[2]), data, m)
        if view is None:
            return _weir.view_done(ticket, None, None, None)
        token = state.current.set(contentviews._owners.get(view.name.lower()))
        title, lines = render(view, data, m)
        _weir.view_done(ticket, title, lines, None)
    except BaseException as e:
        name = view.name if view is not None else "view"
        state.log(f"{name}: {errors.text(e)}", "debug")
        _weir.view_done(ticket, None, None, f"{name}: {type(e).__name__}: {e}")
    finally:
        if token is not None:
            state.current.reset(token)


def metadata(content_type, which, records, data):
    """What views are told; the flow is a copy that nothing else sees."""
    if not records:
        return contentviews.Metadata(None, content_type or None)
    f = snapshot(records[0])
    m = contentviews.Metadata(f, content_type or None, getattr(f, which) if which else None)
    if not which:
        kind = {"http": "websocket"}.get(f.type, f.type)
        of = f.websocket if f.type == "http" else f
        found = [x for x in getattr(of, "messages", ()) if x.content == data]
        setattr(m, kind + "_message", found[0] if found else None)
    return m


def snapshot(record):
    kind = flow.Flow.types[record.facts()[1]]
    f = kind.__new__(kind)
    f.metadata = {}
    f._load(record)
    return f


def priority(view, data, m):
    """How well a view suits; one that cannot tell does not."""
    try:
        if isinstance(view, contentviews.View):
            return view.render_priority(data, content_type=m.content_type, flow=m.flow, http_message=m.http_message) or 0
        return view.render_priority(data, m) or 0
    except Exception as e:
        state.log(f"{view.name}: {errors.text(e)}", "debug")
        return 0


def choose(name, least, data, m):
    """The view of that name, or the one that suits best; the program's own come first when they suit as well."""
    if name in contentviews.registry:
        return contentviews.registry[name]
    best = None
    if least == float("inf"):
        return None
    for view in contentviews.registry.values():
        p = priority(view, data, m)
        if p > least:
            best, least = view, p
    return best


def render(view, data, m):
    """(title, lines of (style, text))"""
    if not isinstance(view, contentviews.View):
        return view.name, contentviews.format_text(view.prettify(data, m))
    title, lines = view(data, content_type=m.content_type, flow=m.flow, http_message=m.http_message)
    return title, lines
