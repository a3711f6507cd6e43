from typing import Optional

from mitmproxy import ctx


class Header:
    def __init__(self):
        self.n = 0

    def load(self, loader):
        loader.add_option(name="addheader", typespec=bool, default=False, help="Add a count header.")
        loader.add_option(name="start", typespec=Optional[int], default=None, help="Where to begin.")

    def response(self, flow):
        if ctx.options.addheader:
            self.n += 1
            flow.response.headers["count"] = str(self.n + (ctx.options.start or 0))
        flow.comment = str(ctx.options.start)


addons = [Header()]
# args: --set addheader --set start=41
# traffic: raw
# expect: f.comment in ("None", "41")
# live: b"count: 42" in client
