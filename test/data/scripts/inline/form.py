def request(context, flow):
    if "application/x-www-form-urlencoded" in flow.request.headers["content-type"]:
        form = flow.request.get_form_urlencoded()
        form["mitmproxy"] = ["rocks"]
        flow.request.set_form_urlencoded(form)
    q = flow.request.get_query()
    q["q"] = ["1"]
    flow.request.set_query(q)
# expect: f.request.query["q"] == "1" and (f.request.method == "GET" or f.request.urlencoded_form["mitmproxy"] == "rocks")
