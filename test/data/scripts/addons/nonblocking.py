import asyncio
import time

from mitmproxy.script import concurrent


class Waits:
    async def request(self, flow):
        await asyncio.sleep(.01)
        flow.comment = "awaited"


class Blocks:
    @concurrent
    def request(self, flow):
        time.sleep(.01)
        flow.comment += ", threaded"

    @concurrent
    async def response(self, flow):
        await asyncio.sleep(.01)
        flow.comment += ", both"


addons = [Waits(), Blocks()]
# expect: f.comment == "awaited, threaded, both"
