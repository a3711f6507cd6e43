from mitmproxy.http import Headers


def response(flow):
    if flow.response.is_http11:
        flow.response.trailers = Headers([(b"x-last", b"word")])
# expect: f.response.trailers["x-last"] == "word"
