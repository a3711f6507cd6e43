from mitmproxy.http import Headers


def response(flow):
    if flow.response.is_http10 or flow.response.is_http11:
        flow.response.headers["transfer-encoding"] = "chunked"
    flow.response.headers["trailer"] = "x-last"
    flow.response.trailers = Headers([(b"x-last", b"word")])
# traffic: raw
# expect: f.response.trailers["x-last"] == "word"
# live: client.endswith(b"0\r\nx-last: word\r\n\r\n")
