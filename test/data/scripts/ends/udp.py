def udp_message(flow):
    m = flow.messages[-1]
    m.content = m.content.replace(b"foo", b"bar")


def udp_end(flow):
    flow.marked = ":checkered_flag:"
    flow.comment = f"{len(flow.messages)} messages"
# traffic: udp
# expect: (f.marked, f.comment, f.messages[0].content) == (":checkered_flag:", "2 messages", b"bar\n")
