def request(context, flow):
    if flow.client_conn.ssl_established:
        flow.request.scheme = "https"
        sni = flow.client_conn.connection.get_servername()
        flow.request.port = 443
    else:
        flow.request.scheme = "http"
        sni = None
    host = flow.request.pretty_host(hostheader=True)
    flow.request.headers["x-host"] = [str(sni or host)]
    flow.request.update_host_header()
# expect: f.request.headers["x-host"].startswith("localhost")
