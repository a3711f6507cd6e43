def websocket_start(flow):
    flow.metadata["agreed"] = flow.response.status_code


def websocket_end(flow):
    flow.marked = ":checkered_flag:"
    flow.comment = f"closed with {flow.websocket.close_code}"
# traffic: websocket
# hears: 2
# expect: (f.marked, f.metadata["agreed"], f.comment) == (":checkered_flag:", 101, f"closed with {f.websocket.close_code}")
