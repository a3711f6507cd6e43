import base64
import json
from threading import Lock, Thread

from mitmproxy import ctx


class Dumper:
    def __init__(self):
        self.lock = Lock()
        self.file = None

    def load(self, loader):
        loader.add_option("dump_destination", str, "wrote", "Where the JSON goes.")

    def configure(self, _):
        self.file = open(ctx.options.dump_destination, "w")

    @classmethod
    def plain(cls, x):
        if isinstance(x, dict):
            return {cls.plain(k): cls.plain(v) for k, v in x.items()}
        if isinstance(x, (list, tuple)):
            return [cls.plain(i) for i in x]
        if isinstance(x, bytes):
            try:
                return x.decode()
            except UnicodeDecodeError:
                return base64.b64encode(x).decode()
        return x

    def write(self, state):
        with self.lock:
            self.file.write(json.dumps(self.plain(state)) + "\n")

    def response(self, flow):
        t = Thread(target=self.write, args=(flow.get_state(),), daemon=True)
        t.start()
        t.join()

    websocket_end = error = response

    def done(self):
        self.file.close()


addons = [Dumper()]
# expect: __import__("json").loads(wrote)["request"]["method"] == f.request.method
