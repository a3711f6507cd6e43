"""Heads of HTTP/1 messages, out of their lines."""
import re
import time

from mitmproxy import http
from mitmproxy.net.http import url

_VERSION = re.compile(rb"HTTP/\d\.\d")


def get_header_tokens(headers, key):
    """What stands between the commas of a header."""
    return [t.strip() for t in headers[key].split(",")] if key in headers else []


def connection_close(http_version, headers):
    """Whether the connection ends with this message (RFC 9112 9.3)."""
    tokens = get_header_tokens(headers, "connection")
    if "close" in tokens:
        return True
    if "keep-alive" in tokens:
        return False
    return http_version not in ("HTTP/1.1", b"HTTP/1.1", "HTTP/2.0", b"HTTP/2.0")


def expected_http_body_size(request, response=None):
    """The length of the body (RFC 9112 6.3); None if it is chunked, -1 if it ends with the connection."""
    headers = request.headers if response is None else response.headers
    if request.method == "CONNECT" and (response is None or 200 <= response.status_code <= 299):
        return 0
    if response is not None and (request.method == "HEAD" or response.status_code // 100 == 1 or response.status_code in (204, 304)):
        return 0
    if "transfer-encoding" in headers:
        return _coded(headers, response)
    if "content-length" in headers:
        return _length(headers.get_all("content-length"))
    return 0 if response is None else -1


def _coded(headers, response):
    if "content-length" in headers:
        raise ValueError("Received both a Transfer-Encoding and a Content-Length header")
    coding = headers["transfer-encoding"].lower()
    if coding.rpartition(",")[2].strip() == "chunked":
        return None
    if response is None:
        raise ValueError(f"Invalid request transfer encoding: {coding!r}")
    return -1


def _length(values):
    if len(set(values)) != 1:
        raise ValueError(f"Conflicting Content-Length headers: {values!r}")
    if not values[0].isascii() or not values[0].isdigit():
        raise ValueError(f"Invalid Content-Length header: {values[0]!r}")
    return int(values[0])


def read_request_head(lines):
    """A request of its start line and header lines; ValueError on nonsense."""
    host, port, method, scheme, authority, path, version = _request_line(lines[0])
    return http.Request(host, port, method, scheme, authority, path, version, _headers(lines[1:]), None, None, time.time(), None)


def read_response_head(lines):
    """A response of its status line and header lines; ValueError on nonsense."""
    version, code, reason = _status_line(lines[0])
    return http.Response(version, code, reason, _headers(lines[1:]), None, None, time.time(), None)


def _request_line(line):
    """What comes after the method is a path, an authority, or a URL (RFC 9112 3.2)."""
    try:
        method, target, version = line.split()
        _check_version(version)
        if target == b"*" or target.startswith(b"/"):
            return "", 0, method, b"", b"", target, version
        if method == b"CONNECT":
            scheme, authority, path = b"", target, b""
        else:
            scheme, rest = target.split(b"://", 1)
            authority, slash, path = rest.partition(b"/")
            path = b"/" + path
        host, port = url.parse_authority(authority, check=True)
        port = port or url.default_port(scheme)
        if not port:
            raise ValueError("no port")
    except ValueError as e:
        raise ValueError(f"Bad HTTP request line: {line!r}") from e
    return host, port, method, scheme, authority, path, version


def _status_line(line):
    try:
        version, code, reason = (line.split(None, 2) + [b""])[:3]
        _check_version(version)
        return version, int(code), reason.rstrip()
    except ValueError as e:
        raise ValueError(f"Bad HTTP response line: {line!r}") from e


def _check_version(version):
    if not _VERSION.fullmatch(version):
        raise ValueError(f"Unknown HTTP version: {version!r}")


def _headers(lines):
    fields = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:        # an obs-fold (RFC 9112 5.2)
            fields[-1] = (fields[-1][0], fields[-1][1] + b"\r\n " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if not colon or not name or name[:1].isspace():
            raise ValueError(f"Invalid header line: {line!r}")
        fields.append((name, value.strip()))
    return http.Headers(fields)
