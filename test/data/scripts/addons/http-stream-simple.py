def responseheaders(flow):
    flow.response.stream = True
    flow.comment = "passes"
# expect: f.comment == "passes"
# live: client == b"hello\n"
