import asyncio

from mitmproxy import ctx, http

tasks = set()


async def say_more(flow: http.HTTPFlow):
    for word in (b"one", b"two"):
        await asyncio.sleep(.01)
        ctx.master.commands.call("inject.websocket", flow, True, word)


def websocket_start(flow: http.HTTPFlow):
    flow.comment = "starts"
    if flow.live:
        t = asyncio.create_task(say_more(flow))
        tasks.add(t)
        t.add_done_callback(tasks.remove)
# traffic: websocket
# hears: 4
# expect: f.comment == "starts"
# live: sorted(client) == [b"FOOBAR", b"Hello you", b"one", b"two"] and origin == [b"Hello you", b"FOOBAR"]
