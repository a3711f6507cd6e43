"""Messages for tests."""
from mitmproxy import dns, http


def treq(**kwargs):
    """A request."""
    parts = dict(host="address", port=22, method=b"GET", scheme=b"http", authority=b"", path=b"/path",
                 http_version=b"HTTP/1.1", headers=http.Headers(((b"header", b"qvalue"), (b"content-length", b"7"))),
                 content=b"content", trailers=None, timestamp_start=946681200, timestamp_end=946681201)
    parts.update(kwargs)
    return http.Request(**parts)


def tresp(**kwargs):
    """A response."""
    parts = dict(http_version=b"HTTP/1.1", status_code=200, reason=b"OK",
                 headers=http.Headers(((b"header-response", b"svalue"), (b"content-length", b"7"))),
                 content=b"message", trailers=None, timestamp_start=946681202, timestamp_end=946681203)
    parts.update(kwargs)
    return http.Response(**parts)


def tdnsreq(**kwargs):
    """A DNS query."""
    parts = dict(timestamp=946681200, id=42, query=True, op_code=0, authoritative_answer=False, truncation=False,
                 recursion_desired=True, recursion_available=False, reserved=0, response_code=0,
                 questions=[dns.Question("dns.google", 1, 1)], answers=[], authorities=[], additionals=[])
    parts.update(kwargs)
    return dns.DNSMessage(**parts)


def tdnsresp(**kwargs):
    """Its answer."""
    parts = dict(timestamp=946681201, id=42, query=False, op_code=0, recursion_desired=True, recursion_available=True,
                 questions=[dns.Question("dns.google", 1, 1)],
                 answers=[dns.ResourceRecord("dns.google", 1, 1, 32, b"\x08\x08\x08\x08"),
                          dns.ResourceRecord("dns.google", 1, 1, 32, b"\x08\x08\x04\x04")])
    parts.update(kwargs)
    return dns.DNSMessage(**parts)
