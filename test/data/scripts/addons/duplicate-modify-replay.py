from mitmproxy import ctx


def request(flow):
    if flow.is_replay == "request":
        return
    f = flow.copy()
    if "view" in ctx.master.addons:
        ctx.master.commands.call("view.flows.duplicate", [f])
    f.request.path = "/changed"
    flow.comment = f"{f.id != flow.id} {f.live}"
    ctx.master.commands.call("replay.client", [f])
# expect: f.comment == "True False"
# live: sorted(x[1] for x in origin) == ["/changed", "/one"]
