def request(flow):
    if flow.is_replay == "request":
        return
    f = flow.copy()
    f.request.path = "/changed"
    flow.comment = f"{f.id != flow.id} {flow.request.path != f.request.path} {f.live}"
# expect: f.comment == "True True False"
