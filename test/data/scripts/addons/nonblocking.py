import asyncio
import time

from mitmproxy.script import concurrent


async def request(flow):
    await asyncio.sleep(.01)
    flow.comment = "awaited"


@concurrent
def response(flow):
    time.sleep(.01)
    flow.comment += ", threaded"
# expect: f.comment.startswith("awaited")
