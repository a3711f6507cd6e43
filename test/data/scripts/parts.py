"""What messages, flows and their parts do when a script or its unit test takes them in hand: says what differs."""
import asyncio
import dataclasses
import gc
import importlib
import io
import logging
import sys
import typing
import zlib

import mitmproxy.io
import mitmproxy.options
from mitmproxy import command, ctx, exceptions, hooks, master, optmanager, tls
from mitmproxy.test import taddons, tflow, tutils

# The body of a message (RFC 8446 4.1.2): version, random, session, suites, compression; extensions.
HELLO = b"\3\3" + bytes(32) + b"\1s" + b"\0\4\x13\1\0\x35" + b"\1\0"
NAMES = b"\0\0\0\7\0\5\0\0\2ab" + b"\0\x10\0\5\0\3\2h2"
DTLS = b"\xfe\xfd" + bytes(32) + b"\0" + b"\2ck" + b"\0\2\0\x2f" + b"\1\0"
QUERY = bytes.fromhex("002a01000001000000000000" "01610000010001")


def hello(*extensions, body=HELLO, dtls=False):
    block = b"".join(extensions)
    return tls.ClientHello(body + (len(block).to_bytes(2, "big") + block if block else b""), dtls)


# module: rows of an expression in its names, and the value that it has (or what is shown of it), or the sentence that it raises
ROWS = {
    "mitmproxy.http": [
        ("Request('h', 1, 'G\\xe9T', 'http', '', '/', 'HTTP/1.1', (), b'', None, 0, 0)",
         "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)"),
        ("[type(parts.broken(**kw)).__name__ for kw in ({'path': '/\\xe9'}, {'http_version': '\\xe9'}, {'content': 'x'}, {'headers': 'x'})]",
         ["UnicodeEncodeError", "UnicodeEncodeError", "ValueError", "ValueError"]),
        ("tutils.treq(host='f\\xf6').host", "f\xf6"),
        ("(tutils.treq().data == tutils.treq().data, tutils.treq(path=b'/').data == tutils.treq().data, tutils.treq().data == 1)",
         (True, False, False)),
        ("tutils.tresp().data == tutils.treq().data", False),
        ("[d == type(d).from_state(d.get_state()) for d in (tutils.treq(trailers=Headers(a='b')).data, tutils.tresp().data)]", [True, True]),
        ("parts.changed(tutils.treq(), authority=b'xn--idn-gla.test').authority", "idn\xe1.test"),
        ("parts.changed(tutils.treq(), authority='idn\\xe1.test').data.authority", b"xn--idn-gla.test"),
        ("parts.changed(tutils.treq(), authority=b'\\xff xn--').authority", "\udcff xn--"),
        ("repr(parts.changed(tutils.treq(), host=None))", "Request(GET /path)"),
        ("parts.decoded(tutils.tresp(content=b''))", "7"),
        ("parts.decoded(tutils.tresp(content=None))", "7"),
        ("repr(tutils.tresp().data)", "ResponseData(http_version=b'HTTP/1.1', headers=Headers[(b'header-response', b'svalue'), "
         "(b'content-length', b'7')], content=b'message', trailers=None, timestamp_start=946681202, timestamp_end=946681203, "
         "status_code=200, reason=b'OK')"),
    ],
    "mitmproxy.flow": [
        ("parts.copied(tflow.tflow()).intercepted", True),
        ("(tflow.tdummyflow().type, tflow.tdummyflow(err=True).error.msg)", ("dummy", "error")),
    ],
    "mitmproxy.connection": [
        ("str(Client(peername=('::1', 80), timestamp_tls_setup=1))", "Client([::1]:80, state=closed, tls)"),
        ("str(Server(address=('a.test', 443), sockname=('127.0.0.1', 5), alpn=b'h2', state=ConnectionState.CAN_READ))",
         "Server(a.test:443, state=can_read, alpn=h2, src_port=5)"),
    ],
    "mitmproxy.log": [
        ("LogEntry({'a': 'b'}, 'info')", "LogEntry({'a': 'b'}, info)"),
    ],
    "mitmproxy.tcp": [
        ("(lambda m: (m.copy() is m, m.copy().get_state() == m.get_state()))(TCPMessage(True, b'x', 1))", (False, True)),
    ],
    "mitmproxy.websocket": [
        ("WebSocketMessage(2, True, b'x').text", "AttributeError: WebSocket messages that are binary do not have a 'text' attribute."),
        ("tflow.twebsocket().copy().get_state() == tflow.twebsocket().get_state()", True),
        ("[m.type.name for m in (lambda w: w.from_state(w.get_state()))(tflow.twebsocket()).messages]", ["BINARY", "TEXT", "TEXT"]),
        ("[type(n).__name__ for n in WebSocketMessage(Opcode.TEXT, True, b'').get_state()[:2]], Opcode(8).name", (["int", "bool"], "CLOSE")),
        ("WebSocketMessage(5, True, b'x')", "ValueError: 5 is not a valid Opcode"),
    ],
    "mitmproxy.tls": [
        ("(lambda h: (h.sni, h.cipher_suites, h.alpn_protocols, h.extensions))(parts.hello())", (None, [0x1301, 0x35], [], [])),
        ("(lambda h: (h.sni, h.alpn_protocols, [k for k, _ in h.extensions]))(parts.hello(parts.NAMES))", ("ab", [b"h2"], [0, 16])),
        ("(lambda h: (h.sni, h.extensions))(parts.hello(b'\\0\\0\\0\\6\\0\\4\\0\\0\\x7fa'))", (None, [(0, b"\0\4\0\0\x7fa")])),
        ("[parts.cut(n) for n in (0, 20, 36, 40, len(parts.HELLO) - 1)]", ["EOFError"] * 5),
        ("parts.hello().raw_bytes(False) == parts.HELLO", True),
        ("parts.hello().raw_bytes()[:11]", b"\x16\3\3\0\x30\1\0\0\x2c\3\3"),
        ("parts.hello(body=parts.DTLS, dtls=True).cipher_suites", [0x2f]),
        ("repr(parts.hello(parts.NAMES))", "ClientHello(sni: ab, alpn_protocols: [b'h2'])"),
    ],
    "mitmproxy.flowfilter": [
        ("(str(parse('~q & ~u a')), repr(parse('~q')))", ("~q & ~u a", "<Filter ~q>")),
    ],
    "mitmproxy.net.server_spec": [
        ("[parse(s, 'https') for s in ('a.test', 'http://[::1]:81')]", "[('https', ('a.test', 443)), ('http', ('::1', 81))]"),
        ("parse('ftp://a.test')", "ValueError: Invalid server scheme: ftp"),
        ("parse('$$$', 'https')", "ValueError: Invalid hostname: $$$"),
    ],
    "mitmproxy.io": [
        ("list(FlowReader(parts.file(b'14:7:version;1:0#}')).stream())", "FlowReadException: Python cannot read files with flow format version 0: "
         "weirdump -n -r OLD -w NEW makes one of today's version"),
        ("list(FlowReader(parts.file(parts.written(tflow.tdummyflow()).replace(b'dummy', b'other'))).stream())",
         "FlowReadException: Unknown flow type: other"),
        ("next(FlowReader(parts.file(parts.written(tflow.tdummyflow()))).stream()).type", "dummy"),
        ("tnetstring.pop(memoryview(b'1:a,x'))", (b"a", b"x")),
    ],
    "mitmproxy.hooks": [
        ("Hook()", "TypeError: Hook may not be instantiated directly."),
        ("type('NoHook', (Hook,), {})()", "TypeError: Subclass is not a dataclass."),
        ("parts.TwoWordsHook(1)", "TwoWordsHook(number=1)"),
        ("(parts.TwoWordsHook(1).args(), all_hooks['two_words'] is parts.TwoWordsHook)", ([1], True)),
        ("'' in all_hooks, NextLayerHook(1).data, RunningHook().args(), LoadHook(2).loader, TcpEndHook(3).flow", (False, 1, [], 2, 3)),
    ],
    "mitmproxy.options": [
        ("[(n, o.default) for n, o in sorted(Options().items()) if n.startswith('tls_')]", [
            ("tls_ecdh_curve_client", None), ("tls_ecdh_curve_server", None), ("tls_version_client_max", "UNBOUNDED"),
            ("tls_version_client_min", "TLS1_2"), ("tls_version_server_max", "UNBOUNDED"), ("tls_version_server_min", "TLS1_2")]),
    ],
    "mitmproxy.optmanager": [
        ("parts.options(('set', 'n=2'), ('set', 'b=toggle'), ('set', 'l=a', 'l=b'), ('set', 'o'))", {"n": 2, "b": True, "l": ["a", "b"], "o": None}),
        ("parts.options(('set', 'n'))", "OptionsError: Option is required: n"),
        ("parts.options(('set', 'n=x'))", "OptionsError: Failed to parse option n: invalid literal for int() with base 10: 'x'"),
        ("parts.options(('set', 'o=x', 'o=y'))", "OptionsError: Received multiple values for o: ['x', 'y']"),
        ("parts.options(('set', 'z=1'))", "OptionsError: Unknown option(s): z"),
        ("parts.options(('update',), z=1)", "KeyError: 'Unknown options: z'"),
        ("parts.options(('update',), n='x')", "TypeError: Expected int for n, but got str."),
        ("parts.options(('update',), b=1)", "TypeError: Expected bool for b, but got int."),
        ("parts.options(('merge', {'l': ['b'], 'o': None}))['l']", ["a", "b"]),
        ("parts.options(('update',), n=5) == parts.options(('reset',))", False),
        ("parts.waiting()", ({"later": ["3"]}, 3, {})),
        ("parts.refused()", (1, [5, 1])),
        ("parts.heard()", [{"n"}]),
        ("OptManager().toggler('x')", "OptionsError: No such option: x"),
        ("[str(relative_path(p, relative_to='/r')) for p in ('a', '/a', '../a')]", ["/r/a", "/a", "/r/../a"]),
    ],
    "mitmproxy.command": [
        ("parts.commands().execute('say hello')", "hello!"),
        ("parts.commands().commands['say'].signature_help()", "say word *more -> str"),
        ("parts.commands().execute('nothing')", "CommandError: Unknown command: nothing"),
        ("parts.commands().call('say')", "CommandError: say: command argument mismatch: missing a required argument: 'word'"),
        ("[typename(t) for t in (str, types.Path, types.Data, typing.Sequence[flow.Flow], types.Choice('x'))]",
         ["str", "path", "data[][]", "flow[]", "choice"]),
        ("[parsearg(None, w, types.Marker) for w in ('true', 'false', ':x:', 'X')]", [":default:", "", ":x:", "X"]),
        ("parsearg(None, 'bogus', types.Marker)",
         'CommandError: marker: "bogus" is no marker: true, false, one character, or a name like :grapes:'),
        (r"(parsearg(None, r'a\n\x41\N{BELL}\q', str), parsearg(None, r'\xff\n', bytes))", ("a\nA\U0001f514\\q", b"\xff\n")),
        (r"parsearg(None, r'\N{NO SUCH THING}', str)[:0]", "CommandError: str: 'unicodeescape' codec can't decode bytes in position 0-16: "
         "unknown Unicode character name"),
        (r"(parse(str, r'\n', '', True), parse(bytes, '\udcff', '', True))", (r"\n", b"\xff")),
        ("typename(set)", "CommandError: unsupported type: <class 'set'>"),
        ("(parsearg(None, '5', int), parsearg(None, 'a,b', typing.Sequence[str]))", (5, ["a", "b"])),
    ],
    "mitmproxy.addonmanager": [
        ("parts.seen(parts.Halts(), parts.Sees())", []),
        ("parts.seen(parts.Fails(), parts.Sees())", ["running"]),
        ("parts.seen(parts.Sees(), load=True)", ["requestheaders a", "request a"]),
        ("parts.configured()", ([{"picky"}, {"picky"}], 1)),
        ("parts.cycled()", (["requestheaders address"], ["below"])),
        ("parts.made()", (["other", "sees"], True, 0)),
    ],
    "mitmproxy.utils.strutils": [
        ("split_special_areas('a \"b c\" d', ['\"' + SINGLELINE_CONTENT + NO_ESCAPE + '\"'])", ["a ", '"b c"', " d"]),
        ("escape_special_areas('a* /*b**/', [r'/\\*' + MULTILINE_CONTENT + r'\\*/'], 'b')", "a* /*\ue062**/"),
        ("unescape_special_areas('\ue062')", "b"),
        ("[is_mostly_bin(b'a' * n + '\xe9'.encode() * 60) for n in range(3)]", [False] * 3),
        ("(is_mostly_bin(b'\\x80' * 150), is_mostly_bin(bytes(9)))", (True, True)),
        ("escape_control_characters(b'x')", "ValueError: text type must be unicode but is bytes"),
    ],
    "mitmproxy.net.http.url": [
        ("parse('http://\\xfafoo\\0/')", "ValueError: Invalid Host"),
        ("[parse_authority(a, False) for a in ('xn--ke.ws:1', 'a b', 'a_b.test.', '1.2.3.4:5')]",
         [("xn--ke.ws:1", None), ("a b", None), ("a_b.test.", None), ("1.2.3.4", 5)]),
        ("parse('http://a.test/b?c=\\xe9')[3]", b"/b?c%3D%C3%A9"),
        ("parse('http://a.test?b=c')", (b"http", b"a.test", 80, b"/?b=c")),
        ("(unparse(b'http', b'a', 81, b'/'), unparse('https', 'a', 443))", (b"http://a:81/", "https://a")),
        ("[parse_authority(a, True) for a in (b'xn--aaa-pla.test:80', '[::1]:1', 'a')]", [("\xe4aaa.test", 80), ("::1", 1), ("a", None)]),
        ("[parse_authority(a, False) for a in ('a..b', b'\\xff', 'a:99999')]", [("a..b", None), ("\udcff", None), ("a:99999", None)]),
        ("parse_authority('a..b', True)", "ValueError: Invalid authority: 'a..b'"),
    ],
    "mitmproxy.net.http.cookies": [
        ("parse_set_cookie_header('a=b; path=/, c=d')[1][:2]", ("c", "d")),
        ("parse_set_cookie_header('a=b; x=y')[0][2].items(multi=True)", (("x", "y"),)),
        ("refresh_set_cookie_header('a,b', 1)", "ValueError: Invalid Cookie"),
        ("refresh_set_cookie_header('', 1)", ""),
    ],
    "mitmproxy.net.http.multipart": [
        ("decode_multipart('multipart/form-data; boundary=b', b'--b\\nContent-Disposition: form-data; name=\"n\"\\n\\nv\\n--b--')", [(b"n", b"v")]),
        ("(decode_multipart('', b'x'), encode_multipart('', []), encode_multipart('a/b; boundary=\\xe9', []))", ([], b"", b"")),
        ("encode_multipart('a/b; boundary=b', [(b'k', b'--b')])", "ValueError: boundary found in encoded string"),
    ],
    "mitmproxy.net.encoding": [
        ("encode('x', 'gzip')", "TypeError: a content coding takes bytes, not str"),
        ("(parts.raised(encode, b'x', 'utf8'), parts.raised(decode, 'x', 'utf8'))", ("TypeError", "TypeError")),
        ("decode_gzip(zlib.compress(b'x'))", b"x"),
        ("decode_gzip(encode_gzip(b'x' * 9)[:-3])", b"x" * 9),
        ("decode_zstd(encode_zstd(b'x') + encode_zstd(b'y')), decode_brotli(encode_brotli(b'z'))", (b"xy", b"z")),
        ("decode_gzip(b'x')", "ValueError: ValueError when decoding b'x' with 'gzip': ValueError('coded body ends too early')"),
        ("decode_gzip(b'xx')", "ValueError: error when decoding b'xx' with 'gzip': "
         "error('Error -3 while decompressing data: incorrect header check')"),
    ],
    "mitmproxy.dns": [
        ("DNSMessage.from_json(tutils.tdnsresp().to_json()) == tutils.tdnsresp()", True),
        ("repr(tutils.tdnsresp()).partition(', questions=')[2]", "[Question(name='dns.google', type=1, class_=1)], answers="
         + repr(tutils.tdnsresp().answers) + ", authorities=[], additionals=[])"),
        ("DNSMessage.unpack(parts.QUERY).questions", "[Question(name='a', type=1, class_=1)]"),
        ("DNSMessage.unpack(parts.QUERY + b'x')", "error: unpack requires a buffer of 19 bytes"),
        ("DNSMessage.unpack_from(b'xy' + parts.QUERY + b'z', 2)[0]", 19),
        ("parts.changed(tutils.tdnsreq(), op_code=16).packed", "ValueError: DNS message's op_code 16 is out of bounds."),
        ("parts.changed(tutils.tdnsreq(), id=-1).packed", "ValueError: DNS message's id -1 is out of bounds."),
        ("(lambda r: (r.https_alpn, r.https_ech, str(r)))(parts.changed(ResourceRecord.HTTPS('a', https_records.HTTPSRecord(1, 'b.c', {3: b'\\1'})), "
         "https_alpn=[b'h2'], https_ech='eA=='))",
         ((b"h2",), "eA==", "{'target_name': 'b.c', 'priority': 1, 'port': '\\\\x01', 'alpn': '\\\\x02h2', 'ech': 'x'}")),
        ("ResourceRecord.from_json({'name': 'a', 'type': 'HTTPS', 'class': 'IN', 'ttl': 1, 'data': {'target_name': '', 'priority': 2}}).data", b"\0\2\0"),
        ("ResourceRecord.from_json({'name': 'a', 'type': 'TYPE(42)', 'class': 'IN', 'ttl': 1, 'data': '0xff'}).data", b"\xff"),
        ("ResourceRecord.from_json({'name': 'a', 'type': 'OTHER', 'class': 'IN', 'ttl': 1, 'data': ''})", "ValueError: no such name: 'OTHER'"),
        ("str(ResourceRecord('a', types.A, classes.IN, 1, b''))", "0x (invalid A data)"),
    ],
    "mitmproxy.net.dns.domain_names": [
        ("pack('a..b')", "ValueError: domain name 'a..b' contains empty labels"),
        ("unpack(b'\\1a\\0\\1')", "error: unpack requires a buffer of 3 bytes"),
        ("unpack(b'\\1a\\xc0\\0')", "error: unpack encountered a pointer which is not supported in RDATA"),
        ("unpack(b'\\1\\xff\\0')", "error: unpack encountered an illegal characters at offset 1"),
        ("unpack_from_with_compression(b'\\1a\\0\\1b\\xc0\\0', 3, cache())", ("b.a", 4)),
        ("unpack_from_with_compression(b'\\1a\\xc0\\0', 0, cache())", "error: unpack encountered domain name loop"),
        ("decompress_from_record_data(b'\\1a\\0\\xc0\\0\\xc0\\x09', 3, 7, cache())", b"\1a\0\xc0\x09"),
    ],
    "mitmproxy.net.dns.https_records": [
        ("unpack(b'\\0\\1\\0\\0\\1\\0\\2h')", "error: unpack requires a buffer of 9 bytes"),
        ("HTTPSRecord.from_json(HTTPSRecord(1, 'a', {1: b'x', 99: b'\\0'}).to_json())", "{'target_name': 'a', 'priority': 1, 'alpn': 'x', 99: '\\\\x00'}"),
    ],
    "mitmproxy.net.dns.response_codes": [
        ("(from_str('REFUSED'), from_str('RCODE(100)'), http_equiv_status_code(NXDOMAIN), http_equiv_status_code(99))", (5, 100, 404, 500)),
    ],
}


@dataclasses.dataclass
class TwoWordsHook(hooks.Hook):
    number: int


def file(data):
    return io.BytesIO(data)


def written(f):
    out = io.BytesIO()
    mitmproxy.io.FlowWriter(out).add(f)
    return out.getvalue()


def some_options():
    o = optmanager.OptManager()
    for name, kind, default in (("n", int, 1), ("b", bool, False), ("l", typing.Sequence[str], ["a"]), ("o", typing.Optional[str], None)):
        o.add_option(name, kind, default, "help")
    return o


def options(*calls, **values):
    o = some_options()
    for name, *args in calls:
        getattr(o, name)(*args, **values)
    return {name: option.current() for name, option in o.items()}


def waiting():
    o = some_options()
    o.set("later=3", defer=True)
    was = dict(o.deferred)
    o.add_option("later", int, 0, "help")
    o.process_deferred()
    return was, o.later, o.deferred


def refused():
    """A change that a listener does not want is undone, and all hear of that."""
    o, values = some_options(), []

    def hear(updated):
        values.append(o.n)
        if o.n == 5:
            raise exceptions.OptionsError("no")
    o.changed.connect(hear)
    try:
        o.n = 5
    except exceptions.OptionsError:
        pass
    return o.n, values


def heard():
    """A listener hears of its options for as long as it lives."""
    o, sets = some_options(), []

    def hear(options, updated):
        sets.append(updated)
    o.subscribe(hear, ["n"])
    o.update(b=True)
    o.update(n=2)
    del hear
    gc.collect()
    o.update(n=3)
    return sets


class Sees:
    def __init__(self):
        self.events = []

    def running(self):
        self.events.append("running")

    def request(self, f):
        self.events.append(f"request {f.request.host}")

    async def requestheaders(self, f):
        self.events.append(f"requestheaders {f.request.host}")


class Halts:
    async def running(self):
        raise exceptions.AddonHalt


class Fails:
    def running(self):
        raise RuntimeError("of a test")


def seen(*addons, load=False):
    with taddons.context(*addons) as tctx:
        if load:
            tctx.options.mode = ["reverse:http://a:80"]
            asyncio.run(tctx.master.load_flow(tflow.tflow()))
        else:
            asyncio.run(tctx.master.addons.trigger_event(hooks.RunningHook()))
        return addons[-1].events


class Picky:
    def __init__(self):
        self.heard = []

    def load(self, loader):
        loader.add_option("picky", int, 0, "help")

    def configure(self, updated):
        self.heard.append(updated)
        if ctx.options.picky == 2:
            raise exceptions.OptionsError("no")


def configured():
    """An addon that its context does not know yet is loaded; what it refuses is undone."""
    picky = Picky()
    with taddons.context() as tctx:
        tctx.configure(picky, picky=1)
        try:
            tctx.configure(picky, picky=2)
        except exceptions.OptionsError:
            return picky.heard[:2], tctx.options.picky


def cycled():
    """A flow stops where it is intercepted, and the addons below see that event."""
    outer, below = Sees(), []

    class Below:
        def requestheaders(self, f):
            below.append("below")
            f.intercept()
    outer.addons = [Below()]
    with taddons.context() as tctx:
        asyncio.run(tctx.cycle(outer, tflow.tflow()))
    return outer.events, below


def made():
    """A master with options of its own has addons of its own."""
    m = master.Master(mitmproxy.options.Options())
    outer, inner = Sees(), Sees()
    outer.name, outer.addons = "other", [inner]
    m.addons.add(outer)
    names = sorted(m.addons.lookup)
    m.addons.trigger(hooks.RunningHook())
    m.addons.clear()
    return names, inner.events == ["running"], len(m.addons)


class Says:
    @command.command("say")
    def say(self, word: str, *more: str) -> str:
        return word + "!"


def commands():
    with taddons.context(Says()) as tctx:
        return tctx.master.commands


def changed(thing, **parts):
    for name, value in parts.items():
        setattr(thing, name, value)
    return thing


def broken(**parts):
    try:
        return tutils.treq(**parts)
    except ValueError as e:
        return e


def raised(fn, *args):
    try:
        return fn(*args)
    except Exception as e:
        return type(e).__name__


def decoded(message):
    message.decode()
    return message.headers["content-length"]


def copied(f):
    f.intercept()
    return f.copy()


def cut(n):
    try:
        return tls.ClientHello(HELLO[:n])
    except EOFError as e:
        return type(e).__name__


logging.disable()       # what is logged of what fails


def value(expression, names):
    try:
        return eval(expression, {"parts": sys.modules[__name__], "tflow": tflow, "tutils": tutils, "zlib": zlib, **vars(names)})
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for module, rows in ROWS.items():
    for expression, expected in rows:
        got = value(expression, importlib.import_module(module))
        if got != expected and repr(got) != expected:
            print(f"{module}: {expression} is {got!r}, not {expected!r}")
