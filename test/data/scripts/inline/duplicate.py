def request(context, flow):
    c = flow.copy()
    c.request.path = "/changed"
    context.log("copied %s" % c.request.path)
    flow.request.headers["x-copy"] = [str(c.id != flow.id)]
# expect: f.request.headers["x-copy"] == "True"
