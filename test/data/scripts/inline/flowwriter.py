from libmproxy.flow import FlowReader, FlowWriter


def start(context, argv):
    context.f = open("wrote", "wb")
    context.w = FlowWriter(context.f)


def response(context, flow):
    context.w.add(flow)


def done(context):
    context.f.close()
    names = [f.request.method for f in FlowReader(open("wrote", "rb")).stream()]
    open("wrote", "w").write(" ".join(names))
# expect: wrote == f.request.method
