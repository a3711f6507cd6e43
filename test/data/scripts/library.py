"""What the small modules do that scripts import: says what differs."""
import asyncio
import importlib
import logging
import sys
import typing

from mitmproxy import connection, http, log, master
from mitmproxy import http as message
from mitmproxy.addons import asgiapp, savehar, script, wsgiapp
from mitmproxy.test import tflow
from mitmproxy.utils import asyncio_utils
from netlib import encoding, http_cookies, http_status, utils, version
from netlib.http import cookies, status_codes
from netlib.odict import ODictCaseless

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
    "mitmproxy.exceptions": [
        ("[c.__name__ for c in TcpTimeout.__mro__[:5]]", ["TcpTimeout", "TcpException", "NetlibException", "MitmproxyException", "Exception"]),
        ("(str(HttpSyntaxException('a')), HttpSyntaxException.__module__)", ("a", "mitmproxy.exceptions")),
    ],
    "mitmproxy.log": [
        ("heard()", ["one"]),
    ],
    "mitmproxy.net.http": [
        ("(sys.modules['mitmproxy.net.http'].Headers is message.Headers, sys.modules['mitmproxy.net.http'].parse_content_type('a/b'))", (True, ("a", "b", {}))),
    ],
    "mitmproxy.proxy.context": [
        ("(lambda a: (lambda b: (b.client, b.server, b.layers, b.layers is a.layers))(a.fork()))(Context(1, 2, 3))", (1, 3, [], False)),
    ],
    "mitmproxy.proxy.mode_specs": [
        (f"(lambda m: (m.description, m.transport_protocol, m.listen_host(), m.listen_port()))(ProxyMode.parse({spec!r}))", facts)
        for spec, facts in (
            ("regular", ("HTTP(S) proxy", "tcp", "", 8080)), ("socks5@[::1]:9", ("SOCKS v5 proxy", "tcp", "::1", 9)),
            ("reverse:dns://8.8.8.8", ("reverse proxy to dns://8.8.8.8", "both", "", 53)), ("dns", ("DNS server", "both", "", 53)),
            ("reverse:udp://a:1@2", ("reverse proxy to udp://a:1", "udp", "", 2)),
        )
    ] + [
        ("(RegularMode.parse('regular').listen_host('a'), RegularMode.parse('regular@0').listen_port(1))", ("a", 0)),
        ("ProxyMode.from_state(ProxyMode.parse('upstream:http://a').get_state()).address", ("a", 80)),
    ],
    "mitmproxy.proxy.server_hooks": [
        ("(ServerConnectHook(5).data, ServerConnectErrorHook.name, ClientConnectedHook(6).args())", (5, "server_connect_error", [6])),
    ],
    "mitmproxy.proxy.layers": [
        ("(http.HTTPMode.upstream.value, issubclass(modes.ReverseProxy, Layer), tls.ClientHelloData.__name__)", (3, True, "ClientHelloData")),
        ("(http.HttpRequestHook.name, http.HttpErrorHook(7).flow, tcp.TcpStartHook(8).args())", ("request", 7, [8])),
    ],
    "mitmproxy.tools.console.master": [
        ("isinstance(master.Master(), ConsoleMaster)", False),
        ("ConsoleMaster(None)", "RuntimeError: this script already runs inside weir: weir -s SCRIPT"),
    ],
    "mitmproxy.tools.dump": [
        ("isinstance(master.Master(), DumpMaster), isinstance(DumpMaster(), DumpMaster), isinstance(1, DumpMaster)", (True, True, False)),
    ],
    "mitmproxy.addons": [
        ("wsgiapp.WSGIApp is asgiapp.WSGIApp", True),
        ("savehar.SaveHar().make_har([])['log']['entries']", []),
        ("script.load_script('/nowhere')", None),
        (f"script.load_script({__file__.replace('library', 'contrib/har_entry')!r}).SaveHar.__name__", "SaveHar"),
    ],
    "mitmproxy.eventsequence": [
        (f"[(e.name, e.flow is f) for f in [tflow.{flow}] for e in iterate(f)]", [(name, True) for name in names.split()])
        for flow, names in (
            ("tflow(resp=True)", "requestheaders request responseheaders response"), ("tflow(err=True)", "requestheaders request error"),
            ("twebsocketflow(err=True)", "requestheaders request responseheaders response websocket_start websocket_message "
             "websocket_message websocket_message websocket_end"),
            ("ttcpflow()", "tcp_start tcp_message tcp_message tcp_end"), ("tdnsflow(resp=True)", "dns_request dns_response"),
        )
    ] + [("list(iterate(1))", "TypeError: Unknown flow type: 1")],
    "mitmproxy.coretypes.serializable": [
        ("[issubclass(c, Serializable) for c in (http.HTTPFlow, http.Request, http.Headers, connection.Client, int)]", [True] * 4 + [False]),
        ("len(type('S', (Serializable,), dict(from_state=lambda self, state: state, get_state=lambda self: {'id': 1}, set_state=None))()"
         ".copy()['id'])", 36),
    ],
    "mitmproxy.utils.bits": [
        ("setbit(0, 3, True), setbit(15, 0, False), getbit(8, 3), getbit(8, 2)", (8, 14, True, False)),
    ],
    "mitmproxy.utils.typecheck": [
        (f"check_option_type('n', {value}, {kind})", wrong and f"TypeError: Expected {wrong}") for value, kind, wrong in (
            ("1", "int", None), ("True", "bool", None), ("None", "typing.Optional[str]", None), ("['a']", "typing.Sequence[str]", None),
            ("(1, 'a')", "typing.Tuple[int, str]", None), ("1", "typing.Any", None),
            ("True", "int", "<class 'int'> for n, but got <class 'bool'>."), ("1", "str", "<class 'str'> for n, but got <class 'int'>."),
            ("[1]", "typing.Sequence[str]", "typing.Sequence[str] for n, but got <class 'list'>."),
            ("(1,)", "typing.Tuple[int, str]", "typing.Tuple[int, str] for n, but got <class 'tuple'>."),
        )
    ] + [
        ("[typespec_to_str(t) for t in (int, typing.Optional[str], typing.Sequence[str])]", ["int", "optional str", "sequence of str"]),
        ("typespec_to_str(dict)", "NotImplementedError: no option has the type <class 'dict'>"),
    ],
    "mitmproxy.utils.asyncio_utils": [
        ("asyncio.run(described())", "127.0.0.1:80: work (age: 0s)"),
    ],
    "libmproxy.utils": [
        ("(pretty_duration(1.2), clean_hanging_newline('a\\n'), clean_hanging_newline(''))", ("1.20s", "a", "")),
    ],
    "libmproxy.proxy.primitives": [
        ("(Log('a').level, ProxyError(502, 'b').code)", ("info", 502)),
    ],
    "pydoc": [
        (f"locate({name!r}).__name__", name.rpartition(".")[2]) for name in (
            "libmproxy.protocol.http.HTTPRequest", "mitmproxy.contentviews.Contentview", "netlib.http.HttpError")
    ],
    "netlib.http": [
        ("get_header_tokens(ODictCaseless([['A', 'b, c'], ['a', 'd']]), 'a')", ["b", "c", "d"]),
        ("has_chunked_encoding(ODictCaseless([['Transfer-Encoding', 'gzip, Chunked']]))", True),
        ("parse_http_basic_auth(assemble_http_basic_auth('Basic', 'me', 'a:b'))", ("Basic", "me", "a:b")),
        ("[parse_http_basic_auth(s) for s in ('', 'Basic', 'Basic !', 'Basic bWU=')]", [None] * 4),
        ("http_cookies.parse_cookie_header('a=b; c; a=d').lst", [["a", "b"], ["c", None], ["a", "d"]]),
        ("cookies.format_cookie_header(cookies.parse_cookie_header('a=b; c'))", "a=b; c"),
        ("cookies.parse_set_cookie_header('a=b; Path=/')[2]['path']", ["/"]),
        ("cookies.format_set_cookie_header(*cookies.parse_set_cookie_header('a=b; Path=/; secure'))", "a=b; Path=/; secure"),
        ("cookies.parse_set_cookie_header('')", None),
        ("(http_status.SWITCHING, http_status.OK, status_codes.NOT_ALLOWED, http_status.RESPONSES[404])", (101, 200, 405, "Not Found")),
        ("http_status.NOTHING", "AttributeError: there is no netlib.http_status.NOTHING here; weir-script(7) names what there is"),
        ("encoding.decode('gzip', encoding.encode('gzip', 'x'))", "x"),
        ("(version.NAME, version.IVERSION)", ("netlib", (0, 13))),
        ("utils.parse_url('http://a.test/b'), utils.is_valid_port(0), utils.getbit(1, 0)", (("http", "a.test", 80, "/b"), True, True)),
    ],
}
logging.disable()       # what is logged of what fails


def heard():
    """What a handler is told between its two ends."""
    lines = []

    class Ear(log.MitmLogHandler):
        def emit(self, record):
            lines.append(record.getMessage())
    ear, logger = Ear(), logging.getLogger("weir.test")
    logging.disable(logging.NOTSET)
    for say in (ear.install, lambda: logger.error("one"), ear.uninstall):
        say()
    logging.disable()
    logger.error("two")
    return lines


async def described():
    task = asyncio_utils.create_task(asyncio.sleep(0), name="work", client=("127.0.0.1", 80), keep_ref=True)
    await task
    return asyncio_utils.task_repr(task)


def value(expression, names):
    try:
        return eval(expression, {**globals(), **vars(names)})
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for module, rows in ROWS.items():
    for expression, expected in rows:
        got = value(expression, importlib.import_module(module))
        if got != expected:
            print(f"{module}: {expression} is {got!r}, not {expected!r}")
