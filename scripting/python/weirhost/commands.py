"""Commands of scripts, called by the user."""
import _weir

from mitmproxy import command, exceptions
from weirhost import errors, flows, state


def run_for_main(words, records):
    """Run one and say what it gave; the flows it changed are shown."""
    name, fs, args = words[0], [flows.any_record(r) for r in records], []
    for w in words[1:]:
        if w.startswith("@script:"):
            start, n = map(int, w[len("@script:"):].split(","))
            args.append(fs[start:start + n])
        else:
            args.append(w)
    c = command.registered.get(name)
    if c is None:
        _weir.tell("status", [f"Unknown command: {name}"])
        return
    token = state.current.set(c.script)
    try:
        r = c.call_words(args)
        if r is not None:
            _weir.tell("status", [r if isinstance(r, str) else repr(r)])
    except exceptions.CommandError as e:
        _weir.tell("status", [str(e)])
    except Exception as e:
        errors.report(e, f"Error in command {name}")
        _weir.tell("status", [f"{name}: {type(e).__name__}: {e}"])
    finally:
        state.current.reset(token)
    flows.edit(fs)
