def tcp_end(flow):
    flow.comment = f"{len(flow.messages)} messages"
# traffic: tcp
# expect: f.comment == "2 messages"
