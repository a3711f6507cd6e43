import json
from dataclasses import dataclass

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader
from mitmproxy.http import HTTPFlow


@dataclass
class Mapping:
    server: str | None
    host: str | None


class Front:
    def __init__(self):
        self.map: dict[str, Mapping] = {}

    def load(self, loader: Loader) -> None:
        loader.add_option("front", str, '{"elsewhere.test": {"server": "localhost", "host": "hidden.test"}}', "Names to their servers.")

    def configure(self, updated: set[str]) -> None:
        if "front" in updated:
            self.map = {k: Mapping(**v) for k, v in json.loads(ctx.options.front).items()}

    def request(self, flow: HTTPFlow) -> None:
        m = self.map.get(flow.request.host)
        if m is not None and m.server is not None:
            flow.request.host = m.server
            if m.host is not None:
                flow.request.host_header = m.host


addons = [Front()]
# traffic: elsewhere
# expect: f.request.host == "localhost" and f.request.host_header == "hidden.test"
# live: client == b"hello\n" and origin[0][2]["Host"] == "hidden.test"
