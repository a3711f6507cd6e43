def request(flow):
    if flow.request.urlencoded_form:
        flow.request.urlencoded_form["more"] = "a b"
    else:
        flow.request.urlencoded_form = [("only", "x")]
# traffic: post
# expect: dict(f.request.urlencoded_form) == {"k": "v", "more": "a b"}
# live: origin[0][3] == b"k=v&more=a+b"
