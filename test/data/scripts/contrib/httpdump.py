import os
from pathlib import Path

from mitmproxy import ctx, flowfilter, http


class Files:
    def load(self, loader):
        self.filter = ctx.options.dumper_filter
        loader.add_option("dumper_folder", str, "dumped", "Where bodies go.")
        loader.add_option("open_browser", bool, False, "A browser at the start.")

    def running(self):
        if ctx.options.open_browser:
            ctx.master.commands.call("browser.start")

    def configure(self, updated):
        if "dumper_filter" in updated:
            self.filter = flowfilter.parse(ctx.options.dumper_filter) if ctx.options.dumper_filter else None

    def response(self, flow: http.HTTPFlow) -> None:
        if flowfilter.match(self.filter, flow):
            self.dump(flow)

    def dump(self, flow):
        if not flow.response:
            return
        path = Path(ctx.options.dumper_folder, flow.request.host, *flow.request.path_components)
        os.makedirs(path.parent, exist_ok=True)
        path.write_bytes(flow.response.content or b"")
        flow.comment = str(path)


addons = [Files()]
# expect: f.comment == "dumped/localhost/one" and open(f.comment, "rb").read() == b"hello\n"
