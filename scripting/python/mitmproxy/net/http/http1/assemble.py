"""HTTP/1 messages as bytes."""


def assemble_request(request):
    """The whole request."""
    if request.data.content is None:
        raise ValueError("Cannot assemble flow with missing content")
    return assemble_request_head(request) + b"".join(assemble_body(request.headers, [request.data.content],
                                                                   request.trailers))


def _first_line(d):
    if d.method.upper() == b"CONNECT":
        target = d.authority
    elif d.authority:
        target = b"%s://%s%s" % (d.scheme, d.authority, d.path)
    else:
        target = d.path
    return b"%s %s %s" % (d.method, target, d.http_version)


def assemble_request_head(request):
    """Start line and headers."""
    return b"%s\r\n%s\r\n" % (_first_line(request.data), bytes(request.headers))


def assemble_response(response):
    """The whole response."""
    if response.data.content is None:
        raise ValueError("Cannot assemble flow with missing content")
    return assemble_response_head(response) + b"".join(assemble_body(response.headers, [response.data.content],
                                                                     response.trailers))


def assemble_response_head(response):
    """Status line and headers."""
    d = response.data
    return b"%s %d %s\r\n%s\r\n" % (d.http_version, d.status_code, d.reason, bytes(response.headers))


def assemble_body(headers, body_chunks, trailers):
    """The body, chunked if the headers say so."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        for chunk in body_chunks:
            if chunk:
                yield b"%x\r\n%s\r\n" % (len(chunk), chunk)
        yield b"0\r\n%s\r\n" % (bytes(trailers) if trailers else b"")
    else:
        yield from body_chunks
