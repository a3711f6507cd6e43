import typing
from collections.abc import Sequence

from mitmproxy import command, ctx, flow, http


class Header:
    @command.command("my.header")
    def header(self, flows: Sequence[flow.Flow], name: str, value: str = "1") -> int:
        for f in flows:
            if isinstance(f, http.HTTPFlow):
                f.request.headers[name] = value
        return len(flows)

    @command.command("my.mark")
    def mark(self, flows: typing.Sequence[flow.Flow]) -> None:
        for f in flows:
            f.marked = ":red_circle:"

    def request(self, flow: http.HTTPFlow):
        n = ctx.master.commands.call("my.header", [flow], "x-counted")
        ctx.master.commands.call("my.mark", [flow])
        flow.comment = str(n)


addons = [Header()]
# expect: f.marked == ":red_circle:" and f.comment == "1" and f.request.headers["x-counted"] == "1"
# live: origin[0][2]["x-counted"] == "1"
