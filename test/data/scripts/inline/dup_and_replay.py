def request(context, flow):
    if flow.request.path == "/changed":
        return
    f = context.duplicate_flow(flow)
    f.request.path = "/changed"
    flow.request.headers["x-copy"] = [str(f.id != flow.id)]
    context.replay_request(f)
# expect: f.request.headers["x-copy"] == "True"
# live: sorted(x[1] for x in origin) == ["/changed", "/one"]
