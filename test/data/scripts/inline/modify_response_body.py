from libmproxy.protocol.http import decoded


def start(context, argv):
    context.old, context.new = argv[1:3] if len(argv) == 3 else ("hello", "goodbye")


def response(context, flow):
    with decoded(flow.response):
        flow.response.content = flow.response.content.replace(context.old, context.new)
# expect: f.response.content == b"goodbye\n"
# live: client == b"goodbye\n"
