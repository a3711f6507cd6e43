import re

HOST = re.compile(r"^(?P<host>[^:]+|\[.+\])(?::(?P<port>\d+))?$")


class Rerouter:
    def request(self, flow):
        if flow.client_conn.tls_established:
            flow.request.scheme = "https"
            sni, port = flow.client_conn.sni, 443
        else:
            flow.request.scheme = "http"
            sni, port = None, 80
        m = HOST.match(flow.request.host_header)
        if m:
            host = m.group("host").strip("[]")
            if m.group("port"):
                port = int(m.group("port"))
        flow.metadata["original_host"] = flow.request.host_header
        flow.request.host = sni or host
        flow.comment = f"{flow.request.host} {port}"

    def requestheaders(self, flow):
        flow.metadata["was"] = flow.request.port


addons = [Rerouter()]
# traffic: tls
# expect: f.metadata["original_host"].startswith("localhost:") and f.comment.startswith("localhost ") and f.metadata["was"] == f.request.port
# live: client == b"hello\n"
