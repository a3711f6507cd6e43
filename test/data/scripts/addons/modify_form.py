def request(flow):
    if flow.request.urlencoded_form:
        flow.request.urlencoded_form["more"] = "a b"
    else:
        flow.request.urlencoded_form = [("only", "x")]
# expect: dict(f.request.urlencoded_form) in ({"k": "v", "more": "a b"}, {"only": "x"})
