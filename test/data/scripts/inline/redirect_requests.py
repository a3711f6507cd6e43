from libmproxy.protocol.http import HTTPResponse
from netlib.odict import ODictCaseless


def request(context, flow):
    # pretty_host takes the Host header into account.
    if flow.request.pretty_host(hostheader=True).endswith("elsewhere.test"):
        flow.reply(HTTPResponse([1, 1], 200, "OK", ODictCaseless([["Content-Type", "text/html"]]), "helloworld"))
    if flow.request.pretty_host(hostheader=True).startswith("localhost"):
        flow.request.host = "localhost"
        flow.request.update_host_header()
# traffic: app
# expect: f.response.content == b"helloworld"
# live: client == b"helloworld" and not origin
