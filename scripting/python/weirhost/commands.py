"""Commands of scripts, called by the user."""
import itertools

import _weir

from mitmproxy import command, exceptions, flow
from mitmproxy.utils import strutils
from weirhost import errors, flows, state

ROWS, COLUMNS, CELLS = 10000, 256, 200000       # of a result that are shown


def show(name, r):
    """What a command gave is for the user to see."""
    if r is None:
        return
    if isinstance(r, flow.Flow):
        r = [r]
    if isinstance(r, (list, tuple)) and r and all(isinstance(f, flow.Flow) for f in r):
        _weir.tell("status", [f"Command returned {len(r)} flow{'s' * (len(r) != 1)}"])
        return
    _weir.tell("result", [name, *described(r)])


def described(r):
    """A value as main takes it: kind, number (of columns), texts."""
    if isinstance(r, (str, bytes)):
        return "str", "0", cell(r)
    if isinstance(r, bool):
        return "bool", str(int(r))
    if isinstance(r, int) and abs(r) < 1 << 63:
        return "int", str(r)
    if isinstance(r, dict):
        return table(list(itertools.islice(r.items(), ROWS)))
    if isinstance(r, (list, tuple, set, frozenset, range)) or hasattr(r, "__next__"):
        rows = list(itertools.islice(r, ROWS))
        if rows and all(isinstance(x, dict) for x in rows):
            keys = list(itertools.islice(dict.fromkeys(itertools.chain(*rows)), COLUMNS))
            return table([keys] + [[x.get(k, "") for k in keys] for x in rows])
        if rows and isinstance(rows[0], (list, tuple)):
            return table(rows)
        return "list", "0", *map(cell, rows)
    return "str", "0", cell(r)


def table(rows):
    """Rows of cells; a shorter one is filled up."""
    rows = [x[:COLUMNS] if isinstance(x, (list, tuple)) else [x] for x in rows]
    n = max(map(len, rows), default=0)
    rows = rows[:CELLS // max(n, 1)]
    return "table", str(n), *(cell(c) for row in rows for c in [*row, *[""] * (n - len(row))])


def cell(x):
    """One value as text."""
    if isinstance(x, bytes):
        return strutils.bytes_to_escaped_str(x)
    if isinstance(x, bool):
        return "true" if x else "false"
    return "" if x is None else str(x)


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
        r = c.call_words(args, plain=True)
        show(name, r)
    except exceptions.CommandError as e:
        _weir.tell("status", [str(e)])
    except BaseException as e:          # one that was stopped, too
        errors.report(e, f"Error in command {name}")
        _weir.tell("status", [f"{name}: {type(e).__name__}: {e}"])
    finally:
        state.current.reset(token)
    flows.edit(fs)
