import re
from collections.abc import Sequence
from json import dumps

from mitmproxy import command, ctx, flow

MARK = ":mag:"


class Search:
    def __init__(self):
        self.exp = None

    @command.command("search")
    def search(self, flows: Sequence[flow.Flow], regex: str) -> None:
        """Mark and comment what matches."""
        try:
            self.exp = re.compile(regex)
        except re.error as e:
            ctx.log.error(e)
            return
        for f in flows:
            found = [x for x in (self.in_message(f.request), self.in_message(f.response)) if x]
            if f.marked == MARK:
                f.comment, f.marked = "", ""
            if found:
                f.comment, f.marked = dumps(found), MARK

    def in_message(self, m):
        return self.exp.findall(m.text) if m is not None and m.text else None

    def response(self, flow):
        ctx.master.commands.call("search", [flow], "h[a-z]+")
        ctx.master.commands.call("search", [flow], "(")


addons = [Search()]
# expect: f.marked == ":mag:" and f.comment == '[["hello"]]'
# live: "missing )" in output()
