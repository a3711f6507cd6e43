def request(context, flow):
    q = flow.request.get_query()
    if q:
        q["mitmproxy"] = ["rocks"]
        flow.request.set_query(q)
# traffic: query
# expect: f.request.path == "/echo?a=b&mitmproxy=rocks"
# live: origin[0][1] == "/echo?a=b&mitmproxy=rocks"
