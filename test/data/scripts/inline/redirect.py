from libmproxy.protocol.http import HTTPResponse
from netlib.odict import ODictCaseless


def request(context, flow):
    if flow.request.pretty_host(hostheader=True).startswith("localhost"):
        flow.reply(HTTPResponse([1, 1], 200, "OK", ODictCaseless([["Content-Type", "text/html"]]), "helloworld"))
# expect: f.response.content in (b"helloworld", b"hello\n")
