"""script.run: a script for flows that are already there."""
from weirhost import dispatch, errors, flows, options, scripts

EVENTS = ("requestheaders", "request", "responseheaders", "response", "error")


def applies(f, event):
    if event.startswith("request"):
        return f.request is not None
    if event.startswith("response"):
        return f.response is not None
    return f.error is not None


def run(command, records, then):
    """Start the script, show it the events of each flow, end it; then(why it could not, or None)."""
    script = None
    try:
        script = scripts.Script(command)
        script.load()
        script.configure(options.names())
    except BaseException as e:
        text = scripts.load_error(script.path if script else command, e)
        if script is not None:
            script.unload(lambda: then(text))
        else:
            then(text)
        return
    fs = [flows.any_record(r) for r in records]
    script.event("running", lambda: next_flow(script, fs, list(fs), then))


def next_flow(script, fs, left, then):
    if not left:
        return script.unload(lambda: end(fs, then))
    f = left.pop(0)
    next_event(script, f, list(EVENTS), lambda: next_flow(script, fs, left, then))


def next_event(script, f, left, then):
    while left:
        event = left.pop(0)
        if not applies(f, event):
            continue
        entries = dispatch.handlers_of(script, event)
        updates = dispatch.handlers_of(script, "update")
        dispatch.run(entries, f, lambda: dispatch.run(updates, [f], lambda: next_event(script, f, left, then)))
        return
    then()


def end(fs, then):
    try:
        flows.edit(fs)
    except Exception as e:
        errors.report(e)
    then(None)


