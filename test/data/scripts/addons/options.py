from mitmproxy import ctx, exceptions


class Options:
    def load(self, loader):
        loader.add_option("addheader", bool, True, "Add a header.")
        loader.add_option("times", int | None, None, "How often.")

    def configure(self, updates):
        if "times" in updates and ctx.options.times is not None and ctx.options.times > 10:
            raise exceptions.OptionsError("times is at most 10")

    def response(self, flow):
        if ctx.options.addheader:
            flow.response.headers["x-times"] = str(ctx.options.times)


addons = [Options()]
# expect: f.response.headers["x-times"] == "None"
