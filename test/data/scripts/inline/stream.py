def responseheaders(context, flow):
    flow.response.stream = True
    flow.response.headers["x-stream"] = ["1"]
# expect: f.response.headers["x-stream"] == "1"
