def request(flow):
    flow.comment = str(flow.server_conn.address)
# traffic: tls
# expect: f.comment == str(("localhost", f.request.port))
