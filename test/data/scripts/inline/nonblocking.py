import time
from libmproxy.script import concurrent


@concurrent
def request(context, flow):
    print "handle request: %s%s" % (flow.request.host, flow.request.path)
    time.sleep(0.01)
    flow.request.headers["x-slept"] = ["1"]
# expect: f.request.headers["x-slept"] == "1"
