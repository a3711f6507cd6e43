import os
from datetime import datetime
from pathlib import Path

from mitmproxy import ctx
from mitmproxy.utils import human, strutils


class Saver:
    """Stands in a flow's way as flow.response.stream."""

    def __init__(self, flow, name):
        self.flow, self.name, self.file = flow, name, None

    def __call__(self, data):
        if data:
            if self.file is None:
                os.makedirs(Path(self.name).parent, exist_ok=True)
                self.file = open(self.name, "wb")
            self.file.write(data)
        elif self.file:
            self.file.close()
            self.file = None
        return data


def load(loader):
    loader.add_option("save_streamed_data", str, "streams/%%D_%%M.bin", "How files are called.")


def responseheaders(flow):
    when = datetime.fromtimestamp(flow.client_conn.timestamp_start).strftime("%Y")
    who = strutils.clean_hanging_newline(human.format_address(flow.client_conn.peername)).split(":")[0]
    name = ctx.options.save_streamed_data.replace("%%D", "response").replace("%%M", when[:1])
    flow.comment = f"{who} {name}"
    flow.response.stream = Saver(flow, name)
# expect: f.comment.endswith(" streams/response_2.bin")
# live: client == b"hello\n" and open(f"{folder}/streams/response_2.bin", "rb").read() == b"hello\n"
