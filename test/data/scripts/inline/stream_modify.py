def modify(chunks):
    for prefix, content, suffix in chunks:
        yield prefix, content.replace("hello", "jello"), suffix


def responseheaders(context, flow):
    flow.response.stream = modify
    flow.response.headers["x-stream"] = ["modified"]
# expect: f.response.headers["x-stream"] == "modified"
# live: client == b"jello\n"
