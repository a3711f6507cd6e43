def start(context, argv):
    context.said = []


def request(context, flow):
    context.said.append("request")


def responseheaders(context, flow):
    context.said.append("responseheaders")


def response(context, flow):
    context.said.append("response")


def error(context, flow):
    context.said.append("error")


def done(context):
    open("wrote", "w").write(" ".join(context.said))
# expect: wrote == "request responseheaders response"
