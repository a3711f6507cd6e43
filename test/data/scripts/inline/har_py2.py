from datetime import datetime
import cStringIO


def response(context, flow):
    out = cStringIO.StringIO()
    for k, v in dict(flow.request.headers).iteritems():
        out.write("%s=%s " % (k, v))
    flow.response.headers["x-har"] = [str(len(out.getvalue()) > 0)]
# expect: f.response.headers["x-har"] == "True"
