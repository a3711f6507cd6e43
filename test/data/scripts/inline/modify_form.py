def request(context, flow):
    if "application/x-www-form-urlencoded" in flow.request.headers["content-type"]:
        form = flow.request.get_form_urlencoded()
        form["mitmproxy"] = ["rocks"]
        flow.request.set_form_urlencoded(form)
# traffic: post
# expect: f.request.urlencoded_form["mitmproxy"] == "rocks"
# live: origin[0][3] == b"k=v&mitmproxy=rocks"
