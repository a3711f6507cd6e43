def request(flow):
    if flow.request.pretty_host == "elsewhere.test":
        flow.request.host = "localhost"
    flow.comment = flow.request.host
# traffic: elsewhere
# expect: f.comment == "localhost"
# live: client == b"hello\n" and origin[0][2]["Host"].startswith("localhost:")
