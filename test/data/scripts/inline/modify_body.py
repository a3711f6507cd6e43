from libmproxy.protocol.http import decoded


def start(context, argv):
    context.old, context.new = "hello", "goodbye"


def response(context, flow):
    with decoded(flow.response):
        flow.response.content = flow.response.content.replace(context.old, context.new)
# expect: f.response.content == b"goodbye\n"
