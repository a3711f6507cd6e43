"""What the small modules do that scripts import: says what differs."""
import importlib

# module: rows of an expression in its names, and the value that it has or the sentence that it raises
ROWS = {
    "mitmproxy.contentviews": [
        ("Contentview is _api.Contentview and View is base.View", True),
        ("Metadata(content_type='a/b').tcp_message", None),
        ("Metadata(None, 'a/b') == Metadata(content_type='a/b')", True),
        ("list(format_dict({'a': 'b', b'long': b'c'}))", [[("header", "a:    "), ("text", "b")], [("header", "long: "), ("text", "c")]]),
    ],
    "mitmproxy.net.check": [
        ("[h for h in ('a.test', 'a_b.c', '::1', '1.2.3.4', b'a.b.', '\\xfc.de') if not is_valid_host(h)]", []),
        ("[h for h in ('', 'a b', 'a..b', b'\\xff', 'x' * 64, 'a.' * 128) if is_valid_host(h)]", []),
        ("[is_valid_port(n) for n in (-1, 0, 65535, 65536)]", [False, True, True, False]),
    ],
    "mitmproxy.net.tls": [
        ("[starts_like_tls_record(d) for d in (b'\\x16\\3\\1\\0', b'\\x16\\3', b'\\x16\\3\\4', b'GET')]", [True, False, False, False]),
        ("[starts_like_dtls_record(d) for d in (b'\\x16\\xfe\\xfd', b'\\x16\\3\\1', b'\\x16\\xfe')]", [True, False, False]),
        ("is_tls_record_magic is starts_like_tls_record", True),
    ],
    "mitmproxy.net.http.http1": [
        ("read_request_head([b'GET http://a.test:81/x?y HTTP/1.1', b'Host: b', b'X: 1', b'  2']).url", "http://a.test:81/x?y"),
        ("read_request_head([b'GET http://a.test HTTP/1.1']).path", "/"),
        ("read_request_head([b'GET /x HTTP/1.1', b'X: 1', b'  2']).headers['x']", "1\r\n 2"),
        ("assemble_request_head(read_request_head([b'CONNECT [::1]:443 HTTP/1.1']))", b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n"),
        ("read_request_head([b'GET x HTTP/1.1'])", "ValueError: Bad HTTP request line: b'GET x HTTP/1.1'"),
        ("read_request_head([b'CONNECT a HTTP/1.1'])", "ValueError: Bad HTTP request line: b'CONNECT a HTTP/1.1'"),
        ("read_request_head([b'GET / FOO/1.1'])", "ValueError: Bad HTTP request line: b'GET / FOO/1.1'"),
        ("read_request_head([b'GET / HTTP/1.1', b' x: y'])", "ValueError: Invalid header line: b' x: y'"),
        ("read_request_head([b'GET / HTTP/1.1', b'x'])", "ValueError: Invalid header line: b'x'"),
        ("assemble_response_head(read_response_head([b'HTTP/1.1 200 All right', b'a:b']))", b"HTTP/1.1 200 All right\r\na: b\r\n\r\n"),
        ("read_response_head([b'HTTP/1.0 404']).reason", ""),
        ("read_response_head([b'HTTP/1.1 OK'])", "ValueError: Bad HTTP response line: b'HTTP/1.1 OK'"),
        ("[connection_close(v, read.http.Headers(connection=c)) for v, c in (('HTTP/1.1', 'x'), ('HTTP/1.0', 'x'), ('HTTP/1.1', 'x, close'),"
         " ('HTTP/1.0', 'keep-alive'))]", [False, True, True, False]),
    ],
    "mitmproxy.net.http.http1.read": [
        (f"expected_http_body_size(read_request_head({[method + b' / HTTP/1.1', *lines]!r}){response})", size)
        for method, lines, response, size in (
            (b"GET", [], "", 0), (b"POST", [b"Content-Length: 7"], "", 7),
            (b"POST", [b"transfer-encoding: gzip, Chunked"], "", None),
            (b"POST", [b"transfer-encoding: gzip"], "", "ValueError: Invalid request transfer encoding: 'gzip'"),
            (b"POST", [b"transfer-encoding: chunked", b"content-length: 1"], "",
             "ValueError: Received both a Transfer-Encoding and a Content-Length header"),
            (b"POST", [b"content-length: -1"], "", "ValueError: Invalid Content-Length header: '-1'"),
            (b"POST", [b"content-length: 1", b"content-length: 2"], "", "ValueError: Conflicting Content-Length headers: ['1', '2']"),
            (b"HEAD", [], ", http.Response.make(200, b'x')", 0), (b"GET", [], ", http.Response.make(304)", 0),
            (b"GET", [], ", http.Response.make(200, b'four')", 4),
            (b"GET", [], ", read_response_head([b'HTTP/1.1 200'])", -1),
            (b"GET", [], ", read_response_head([b'HTTP/1.1 200', b'transfer-encoding: gzip'])", -1),
        )
    ],
    "mitmproxy.proxy.layers": [
        ("(http.HTTPMode.upstream.value, issubclass(modes.ReverseProxy, Layer), tls.ClientHelloData.__name__)", (3, True, "ClientHelloData")),
        ("(http.HttpRequestHook.name, http.HttpErrorHook(7).flow, tcp.TcpStartHook(8).args())", ("request", 7, [8])),
    ],
}


def value(expression, names):
    try:
        return eval(expression, dict(vars(names)))
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for module, rows in ROWS.items():
    for expression, expected in rows:
        got = value(expression, importlib.import_module(module))
        if got != expected:
            print(f"{module}: {expression} is {got!r}, not {expected!r}")
