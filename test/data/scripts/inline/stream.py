def responseheaders(context, flow):
    """Bodies pass as they come."""
    flow.response.stream = True
    flow.response.headers["x-stream"] = ["1"]
# expect: f.response.headers["x-stream"] == "1"
# live: client == b"hello\n"
