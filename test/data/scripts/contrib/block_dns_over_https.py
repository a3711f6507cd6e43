from mitmproxy import http

NAMES = ["dns.google", "cloudflare-dns.com"]
ADDRESSES = ["8.8.8.8", "1.1.1.1"]


def asks_for_names(flow: http.HTTPFlow) -> bool:
    r = flow.request
    return (r.headers.get("content-type") == "application/dns-message" or "application/dns-message" in r.headers.get("accept", "")
            or "dns" in r.query and r.path.split("?")[0] == "/dns-query" or r.pretty_host in NAMES
            or bool(flow.server_conn.address) and flow.server_conn.address[0] in ADDRESSES)


def request(flow: http.HTTPFlow):
    flow.comment = str(asks_for_names(flow))
    if asks_for_names(flow) and flow.killable:
        flow.kill()
# traffic: names
# expect: f.comment == "True"
# live: not client and not origin
