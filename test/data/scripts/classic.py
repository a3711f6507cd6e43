"""What objects of inline scripts do: says what differs. Rows: an expression, and the value that it has or the sentence that it raises."""
import io

from libmproxy import controller, flow, tnetstring, utils
from libmproxy.protocol.http import CONTENT_MISSING, HTTPFlow, HTTPRequest, HTTPResponse
from libmproxy.proxy.connection import ClientConnection, ServerConnection, _bits
from libmproxy.proxy.server import ConnectionHandler
from mitmproxy.test import tflow
from netlib import utils as netutils
from netlib.certutils import SSLCert
from netlib.odict import ODict, ODictCaseless

# A key on a curve; for localhost and 127.0.0.1.
PEM = """-----BEGIN CERTIFICATE-----
MIIBNjCB3aADAgECAgEFMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
dDAgFw0yMDAxMDEwMDAwMDBaGA8yOTk5MDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUIE/XVfTkhXMRL68
jBt1kFlh1OBsONpUDL17WlH9Eq1IzzDPdKZUVSNW8h2IJZUs/fn6cMOUyJ4XKsEp
GmXp7KMeMBwwGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMC
A0gAMEUCIQDBXi/pn87hrHIg1H6P+3so3WPWq7cDEywNe8uCarHlGgIgfhc0Uvjc
M1MlPWfsVCzU5E6ID8gpoMWv/Jsp50uZGIc=
-----END CERTIFICATE-----
"""


def req(content="", headers=(), form="relative", scheme="http", **more):
    return HTTPRequest(form, "GET", scheme, "h", 80, "/p", (1, 1), ODictCaseless([list(x) for x in headers]), content, **more)


def resp(content="hello", headers=()):
    return HTTPResponse((1, 1), 200, "OK", ODictCaseless([list(x) for x in headers]), content)


def saved():
    f = HTTPFlow(ClientConnection(None, ("a", 1), None), ServerConnection(("b", 2)))
    f.request, f.response = req(), resp()
    return f


def after(thing, name, *args, then):
    """What is said of a thing and of what its method has given."""
    return then(thing, getattr(thing, name)(*args))


def put(thing, **values):
    for k, v in values.items():
        setattr(thing, k, v)
    return thing


def written(file):
    """The methods of flows that were written to a file and read again."""
    flow.FlowWriter(file).add(saved())
    file.seek(0)
    return [f.request.method for f in flow.FlowReader(file).stream()]


ROWS = [
    # what is replaced, and by what, is text, whatever it was
    ("after(resp('aXa'), 'replace', b'X', b'Y', then=lambda x, n: (n, x.content))", (1, "aYa")),
    ("after(resp('aXa'), 'replace', 'X', 5, then=lambda x, n: x.content)", "a5a"),
    ("after(resp('aXa'), 'replace', 'X', lambda m: m[0] * 2, then=lambda x, n: x.content)", "aXXa"),
    ("after(ODict([['X', 'X']]), 'replace', b'X', b'Y', then=lambda x, n: (n, x.lst))", (2, [["Y", "Y"]])),
    ("(ODict([['a', 'b']]).match_re(b'a: b'), ODict([['a', 'B']]).in_any('a', b'b', True), ODict([['a', 'b']]).in_any('a', b'b'))", (True,) * 3),
    ("(utils.safe_subn(b'a', 'b', 'aa'), utils.safe_subn('a', b'b', b'aa'))", (("bb", 2), (b"bb", 2))),
    ("netutils.cleanBin(b'a\\0')", "a."),
    # content that is not there
    ("(resp(None).content, resp(CONTENT_MISSING).content, put(resp(), content=CONTENT_MISSING).content)", (None, 0, 0)),
    ("(put(saved().response, content=None).content, resp(CONTENT_MISSING).copy().content)", (None, 0)),
    ("resp(CONTENT_MISSING).assemble()", "ProxyError: Cannot assemble flow with CONTENT_MISSING"),
    ("req(CONTENT_MISSING).assemble()", "ProxyError: Cannot assemble flow with CONTENT_MISSING"),
    ("resp(None).assemble()", "HTTP/1.1 200 OK\r\n\r\n"),
    # between bytes, characters that are none are UTF-8
    ("put(resp(), content='\\xc3\\xa9\\u2192').content", "\xc3\xa9\xe2\x86\x92"),
    # how a target is named
    ("[req(form=f).assemble(a).split('\\r\\n')[0] for f, a in (('relative', None), ('absolute', None), ('authority', None), ('relative', 'absolute'))]",
     ["GET /p HTTP/1.1", "GET http://h/p HTTP/1.1", "GET h:80 HTTP/1.1", "GET http://h/p HTTP/1.1"]),
    ("(req(form_out='absolute').form_out, put(req(), form_out='authority').form_out)", ("absolute", "authority")),
    ("repr(req(form='authority', scheme=None))", "<HTTPRequest: GET h:80>"),
    ("(req().is_replay, put(req(), is_replay=True).is_replay, resp().is_replay)", (False, True, False)),
    # replies
    ("after(saved().reply, '__call__', then=lambda x, r: (x.acked, r))", (True, None)),
    ("(saved().reply.acked, controller.DummyReply().acked, ConnectionHandler().reply.acked)", (False,) * 3),
    # connections that a script makes
    ("ClientConnection.from_state(ClientConnection(None, ('a', 1), None).get_state()).address()", ("a", 1)),
    ("ServerConnection(('a', 1)).copy().address == ('a', 1)", True),
    ("(ServerConnection(('a', 1)).state, ClientConnection(None, None, None).get_current_cipher())", ([], None)),
    ("(lambda f: (f.client_conn.address(), f.server_conn.address()))(HTTPFlow.from_state(saved().get_state()))", (("a", 1), ("b", 2))),
    ("[_bits(c) for c in ('TLS_AES_128_GCM_SHA256', 'ECDHE-RSA-AES256-SHA', 'TLS_CHACHA20_POLY1305_SHA256', 'RC4', None)]",
     [128, 256, 256, None, None]),
    # files for text
    ("(written(io.BytesIO()), written(io.StringIO()), written(io.TextIOWrapper(io.BytesIO())))", (["GET"],) * 3),
    ("tnetstring.dumps({'a': ['\\xe9', 1]})", "15:1:a,8:1:\xe9,1:1#]}"),
    ("after(io.StringIO(), 'getvalue', then=lambda f, r: (tnetstring.dump('x', f), f.seek(0), tnetstring.load(f))[2])", "x"),
    # certificates
    ("(lambda c: (c.cn, c.altnames, c.keyinfo, c.has_expired, c.notbefore.tzinfo, c.digest('sha1').count(':')))(SSLCert.from_pem(PEM))",
     ("localhost", ["localhost"], ("UNKNOWN", 256), False, None, 19)),
    ("SSLCert(SSLCert.from_pem(PEM).to_cryptography()) == SSLCert.from_pem(PEM)", True),
]


def value(expression):
    try:
        return eval(expression, globals())
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for expression, expected in ROWS:
    got = value(expression)
    if got != expected:
        print(f"{expression} is {got!r}, not {expected!r}")
