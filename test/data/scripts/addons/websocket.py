def websocket_message(flow):
    m = flow.websocket.messages[-1]
    m.content = m.content.replace(b"a", b"b")
    if b"FOOBAR" in m.content:
        m.drop()


def response(flow):
    flow.comment = str(flow.websocket)
# expect: f.comment == "None"
