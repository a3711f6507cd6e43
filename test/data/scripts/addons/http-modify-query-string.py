def request(flow):
    flow.request.query["added"] = "1&2"
# expect: f.request.path.endswith("added=1%262")
# live: origin[0][1].endswith("added=1%262")
