"""Flows as HAR, which the program writes."""
import json
import os
import tempfile

from mitmproxy import ctx


class SaveHar:
    """What the command save.har and the option hardump write, for scripts."""

    def make_har(self, flows):
        """The archive of flows, as a dict."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "flows.har")
            self.export_har(flows, path)
            with open(path, encoding="utf-8") as f:
                return json.load(f)

    def flow_entry(self, flow, servers_seen=()):
        """The entry of one flow."""
        return self.make_har([flow])["log"]["entries"][0]

    def export_har(self, flows, path):
        """Write the archive of flows to a file."""
        ctx.master.commands.call("save.har", list(flows) or "!~all", path)
