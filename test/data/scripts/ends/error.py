def error(flow):
    flow.marked = ":warning:"
    flow.comment = flow.error.msg
# traffic: refused
# expect: (f.marked, f.comment) == (":warning:", f.error.msg) and "refused" in f.comment
