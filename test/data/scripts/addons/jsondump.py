import json

from mitmproxy.utils import human


def response(flow):
    state = flow.get_state()
    open("wrote", "w").write(json.dumps([state["request"]["method"].decode(), human.pretty_size(len(flow.response.content))]))
# expect: wrote == '["%s", "6b"]' % f.request.method
