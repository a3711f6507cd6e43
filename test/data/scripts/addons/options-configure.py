import typing

from mitmproxy import ctx, exceptions


class Times:
    def load(self, loader):
        loader.add_option("addheader", bool, True, "Add a header.")
        loader.add_option("times", typing.Optional[int], None, "How often.")

    def configure(self, updates):
        if "times" in updates:
            if ctx.options.times is not None and ctx.options.times > 10:
                raise exceptions.OptionsError("times must be <= 10")

    def response(self, flow):
        if ctx.options.addheader:
            flow.response.headers["x-times"] = str(ctx.options.times)


addons = [Times()]
# expect: f.response.headers["x-times"] == "None"
