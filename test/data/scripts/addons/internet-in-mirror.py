from mitmproxy import http


def response(flow):
    flow.response.content = flow.response.content.replace(b"hello", b"olleh")
# expect: f.response.content == b"olleh\n"
# live: client == b"olleh\n"
