import typing
from collections.abc import Sequence

from mitmproxy import command, ctx, flow, http, io, types


class Commands:
    @command.command("my.mark")
    def mark(self, flows: Sequence[flow.Flow], sign: str = ":red_circle:") -> int:
        for f in flows:
            f.marked = sign
        return len(flows)

    @command.command("my.hosts")
    def hosts(self, flows: typing.Sequence[flow.Flow], path: types.Path) -> None:
        with open(path, "w") as out:
            out.write(" ".join(f.request.host for f in flows))

    def response(self, flow: http.HTTPFlow):
        ctx.master.commands.call("my.hosts", [flow], "wrote")
        ctx.master.commands.call("my.mark", [flow])
        ctx.master.commands.call("save.file", [flow], "marked")
        with open("marked", "rb") as saved:
            assert next(io.FlowReader(saved).stream()).marked == flow.marked


addons = [Commands()]
# expect: f.marked == ":red_circle:" and wrote == f.request.host
