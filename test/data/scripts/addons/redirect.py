def request(flow):
    if flow.request.pretty_host == "elsewhere.test":
        flow.request.host = "localhost"
    flow.comment = flow.request.pretty_host
# expect: f.comment == "localhost"
