import json
from pathlib import Path

from mitmproxy.addons.savehar import SaveHar

har = SaveHar()


def response(flow):
    entry = har.flow_entry(flow)
    flow.comment = har.make_har([flow])["log"]["version"]
    Path("wrote").write_text(json.dumps([entry["request"]["method"], entry["response"]["status"], entry["response"]["content"]["text"]]))
# expect: f.comment == "1.2" and wrote == '["GET", 200, "hello\\n"]'
