from mitmproxy import ctx, exceptions, flowfilter


class Filter:
    def load(self, loader):
        loader.add_option("pick", str, "~m POST", "Which flows.")

    def configure(self, updated):
        if "pick" in updated:
            try:
                self.filter = flowfilter.parse(ctx.options.pick)
            except ValueError as e:
                raise exceptions.OptionsError(str(e)) from e

    def response(self, flow):
        if flowfilter.match(self.filter, flow) and not flowfilter.match("~c 404", flow):
            flow.marked = ":dart:"


addons = [Filter()]
# traffic: post
# expect: f.marked == ":dart:"
