from libmproxy import filt


def start(context, argv):
    context.filter = filt.parse("~m GET | ~m POST")


def response(context, flow):
    if flow.match(context.filter):
        flow.response.headers["x-match"] = ["1"]
# expect: f.response.headers["x-match"] == "1"
