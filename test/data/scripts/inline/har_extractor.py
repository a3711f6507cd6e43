from datetime import datetime
import cStringIO
import json


def start(context, argv):
    context.entries = []
    context.seen_server = set()


def response(context, flow):
    connect = -1
    if flow.server_conn not in context.seen_server and flow.server_conn.timestamp_start:
        connect = flow.server_conn.timestamp_tcp_setup - flow.server_conn.timestamp_start
        context.seen_server.add(flow.server_conn)
    send = int((flow.request.timestamp_end - flow.request.timestamp_start) * 1000)
    out = cStringIO.StringIO()
    for k, v in dict(flow.request.headers).iteritems():
        out.write("%s=%s " % (k, v))
    body = flow.response.get_decoded_content()
    context.entries.append({
        "started": datetime.utcfromtimestamp(flow.request.timestamp_start).isoformat(), "connect": connect >= -1, "send": send >= 0,
        "query": [{"name": k, "value": v} for k, v in flow.request.get_query() or {}],
        "cookies": dict((k.strip(), v) for k, v in (flow.request.get_cookies() or {}).items()),
        "headers": len(out.getvalue()) > 0, "size": len(body), "status": flow.response.code, "text": flow.response.msg,
        "url": flow.request.url, "http": "HTTP/%s" % ".".join([str(v) for v in flow.request.httpversion])})


def done(context):
    print "%d entries" % len(context.entries)
    f = file("wrote", "w")
    f.write(json.dumps(context.entries))
    f.close()
# traffic: query
# expect: __import__("json").loads(wrote)[0]["query"] == [{"name": "a", "value": "b"}]
