"""ctx.master.view: the flows that are shown, and the one that has the focus."""
from mitmproxy import command


def _call(name, *args):
    from mitmproxy import ctx
    return ctx.master.commands.call(name, *args)


class Focus:
    """Where the list's cursor is: a flow and its row, None where there is none."""

    @property
    def flow(self):
        found = command.resolve("@focus")
        return found[0] if found else None

    @flow.setter
    def flow(self, flow):
        ids = [f.id for f in command.resolve("@shown")]
        if flow is None or flow.id not in ids:
            raise ValueError("Attempt to set focus to flow not in view")
        self.index = ids.index(flow.id)

    @property
    def index(self):
        flow = self.flow
        return None if flow is None else [f.id for f in command.resolve("@shown")].index(flow.id)

    @index.setter
    def index(self, row):
        if not 0 <= row < len(command.resolve("@shown")):
            raise ValueError("Index out of view bounds")
        _call("view.focus.go", row)


class View:
    def __init__(self):
        self.focus = Focus()

    def __iter__(self):
        return iter(command.resolve("@shown"))

    def __len__(self):
        return len(command.resolve("@shown"))

    def __getitem__(self, i):
        return command.resolve("@shown")[i]

    def __contains__(self, flow):
        return any(f.id == flow.id for f in command.resolve("@shown"))

    def get_by_id(self, flow_id):
        """One of all flows, shown or not; None if there is none of that id."""
        found = command.resolve("@" + flow_id)
        return found[0] if found else None

    def remove(self, flows):
        """Out of the list, and ended if they still run."""
        _call("view.flows.remove", list(flows))

    def clear(self):
        _call("view.clear")

    def clear_not_marked(self):
        _call("view.clear_unmarked")
