from mitmproxy import http


def request(flow):
    flow.response = http.Response.make(418, b"short and stout", {"Content-Type": "text/plain"})
# expect: f.response.status_code == 418 and f.response.text == "short and stout"
# live: client == b"short and stout" and not origin
