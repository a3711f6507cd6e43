import logging
from collections.abc import Sequence

from mitmproxy import command, ctx, flow, http, io, types
from mitmproxy.log import ALERT


class Hosts:
    @command.command("my.hosts")
    def hosts(self, flows: Sequence[flow.Flow], path: types.Path) -> None:
        count = {}
        for f in flows:
            if isinstance(f, http.HTTPFlow):
                count[f.request.host] = count.get(f.request.host, 0) + 1
        with open(path, "w+") as out:
            for host, n in sorted(count.items()):
                out.write(f"{host}: {n}\n")
        logging.log(ALERT, "hosts are counted")

    def response(self, flow: http.HTTPFlow):
        ctx.master.commands.call("my.hosts", [flow], "wrote")
        ctx.master.commands.call("save.file", [flow], "saved")
        with open("saved", "rb") as saved:
            assert next(io.FlowReader(saved).stream()).id == flow.id


addons = [Hosts()]
# expect: wrote == f"{f.request.host}: 1\n"
# live: "hosts are counted" in output()
