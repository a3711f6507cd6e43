import cStringIO
from libmproxy.protocol.http import decoded


def response(context, flow):
    if flow.response.headers.get_first("content-type", "").startswith("text"):
        with decoded(flow.response):
            try:
                out = cStringIO.StringIO()
                out.write(flow.response.content.rstrip("\n")[::-1])
                flow.response.content = out.getvalue()
                flow.response.headers["content-type"] = ["text/html"]
            except Exception, e:
                context.log("no text: %s" % e)
# expect: f.response.content == b"olleh" and f.response.headers["content-type"] == "text/html"
# live: client == b"olleh"
