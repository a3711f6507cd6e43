from libmproxy.protocol import KILL
from libmproxy.protocol.http import HTTPRequest
from libmproxy.protocol.tcp import TCPHandler
from libmproxy.script import concurrent

for h in ("Connection", "Upgrade"):
    if h in HTTPRequest._headers_to_strip_off:
        HTTPRequest._headers_to_strip_off.remove(h)


def done(context):
    HTTPRequest._headers_to_strip_off += ["Connection", "Upgrade"]


@concurrent
def response(context, flow):
    if flow.response.headers.get_first("Connection", "").lower() == "upgrade":
        flow.request.headers["x-raw"] = ["1"]
        if flow.live:
            flow.client_conn.send(flow.response.assemble())
            TCPHandler(flow.live.c, log=False).handle_messages()
        flow.reply(KILL)
# traffic: websocket
# hears: 2
# expect: f.request.headers["x-raw"] == "1"
# live: client == [b"Hello you", b"FOOBAR"] == origin
