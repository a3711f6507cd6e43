from mitmproxy import http, io


class Writer:
    def __init__(self):
        self.f = open("wrote", "wb")
        self.w = io.FlowWriter(self.f)

    def response(self, flow: http.HTTPFlow):
        self.w.add(flow)

    def done(self):
        self.f.close()
        with open("wrote", "rb") as f:
            names = [x.request.method for x in io.FlowReader(f).stream()]
        open("wrote", "w").write(" ".join(names))


addons = [Writer()]
# expect: wrote == f.request.method
