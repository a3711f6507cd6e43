def response(context, flow):
    flow.response.headers["newheader"] = ["foo"]
# expect: f.response.headers["newheader"] == "foo"
