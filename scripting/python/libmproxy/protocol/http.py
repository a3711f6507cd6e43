"""HTTP messages and flows. Texts and bodies are native strings, one character a byte."""
import functools
import sys
import time
import urllib.parse

from libmproxy import controller, encoding, utils
from libmproxy.protocol import KILL, KillSignal
from libmproxy.protocol import primitives as _primitives
from libmproxy.protocol.pieces import Pieces
from libmproxy.protocol.primitives import Error, Flow, ProtocolHandler
from mitmproxy import flow as _flow
from mitmproxy import http as _http
from netlib.odict import ODict, ODictCaseless

CONTENT_MISSING = 0
HDR_FORM_URLENCODED = "application/x-www-form-urlencoded"
HDR_FORM_MULTIPART = "multipart/form-data"


def _bytes(x):
    if isinstance(x, str):
        return x.encode("latin-1", "weir_utf8")
    return str(x).encode() if isinstance(x, (int, float)) else bytes(x)


def _text(x):
    return x.decode("latin-1") if isinstance(x, bytes) else x


class decoded:
    """
    A context in which a message's content is decoded; afterwards it is encoded again.

    with decoded(flow.response):
        flow.response.content = flow.response.content.replace("foo", "bar")
    """

    def __init__(self, o):
        self.o = o
        ce = o.headers.get_first("content-encoding")
        self.ce = ce if ce in encoding.ENCODINGS else None

    def __enter__(self):
        if self.ce:
            self.o.decode()

    def __exit__(self, type, value, tb):
        if self.ce:
            self.o.encode(self.ce)


def _part(name, doc):
    return property(lambda self: _text(getattr(self._m.data, name)),
                    lambda self, v: setattr(self._m.data, name, _bytes(v)), doc=doc)


class HTTPMessage:
    """What requests and responses share."""

    _headers = _pairs = None
    _missing = None         # whether a script has said that the content is missing, or that there is none
    flow = None

    @classmethod
    def of(cls, message):
        """The classic face of a message."""
        m = cls.__new__(cls)
        m._m = message
        return m

    # --- headers: an ODict of the script's own, carried over when a handler returns

    @property
    def headers(self):
        """Header fields, an ODictCaseless."""
        fields = self._m.data.headers.fields
        if self._headers is None or fields is not self._pairs and not self._edited():
            self._pairs = fields
            self._headers = h = ODictCaseless.__new__(ODictCaseless)
            h.lst = [[k.decode("latin-1"), v.decode("latin-1")] for k, v in fields]
            self._was = [x[:] for x in h.lst]
        return self._headers

    @headers.setter
    def headers(self, h):
        self._headers = h
        self._pairs = self._m.data.headers.fields
        self._was = None

    def _edited(self):
        return self._headers is not None and self._headers.lst != self._was

    def settle(self):
        """What was done to the ODict happens to the message. Pairs that stayed keep their place and bytes."""
        if not self._edited():
            return
        old = {tuple(x): pair for x, pair in zip(self._was, self._pairs)} if self._was else {
            (_text(k), _text(v)): (k, v) for k, v in self._pairs or ()}
        fields, lst = self._m.data.headers, self._headers.lst
        fields.fields = [old.get((k, v)) or (_bytes(k), _bytes(v)) for k, v in lst]
        self._pairs = fields.fields
        self._was = [list(x) for x in lst]

    # --- the rest

    _replay = None

    @property
    def is_replay(self):
        """Whether it is the request that is sent again, or the response that was recorded."""
        if self._replay is None:
            return self.flow is not None and self.flow._f.is_replay == self._replayed_as
        return self._replay

    @is_replay.setter
    def is_replay(self, v):
        self._replay = bool(v)

    @property
    def httpversion(self):
        """(1, 1)"""
        v = self._m.data.http_version.rpartition(b"/")[2].decode("ascii", "replace")
        return tuple(int(x) for x in v.split(".") if x.isdigit())

    @httpversion.setter
    def httpversion(self, v):
        self._m.data.http_version = b"HTTP/%d.%d" % tuple(v)

    timestamp_start = property(lambda self: self._m.data.timestamp_start,
                               lambda self, v: setattr(self._m.data, "timestamp_start", v),
                               doc="When the first byte came.")
    timestamp_end = property(lambda self: self._m.data.timestamp_end,
                             lambda self, v: setattr(self._m.data, "timestamp_end", v), doc="When the last byte came.")
    @property
    def stream(self):
        """In responseheaders: True lets the body pass as it comes, a generator function changes it on the way."""
        s = self._m.stream
        return s.fn if isinstance(s, Pieces) else s

    @stream.setter
    def stream(self, v):
        self._m.stream = Pieces(v, self.headers.in_any("transfer-encoding", "chunked", True)) if callable(v) else v

    @property
    def content(self):
        """The body as it is sent; None when there is none yet, CONTENT_MISSING when it passed by."""
        c = self._m.data.content
        if c is None:
            missing = self._m.data.timestamp_end if self._missing is None else self._missing
            return CONTENT_MISSING if missing else None
        return c.decode("latin-1")

    @content.setter
    def content(self, value):
        self._set_content(value)

    def _set_content(self, value):
        if value is None or isinstance(value, int):
            self._m.data.content, self._missing = None, value is not None
            return
        value = _bytes(value)
        self._m.data.content = value
        h = self.headers
        # Messages are assembled with the length of what is in them.
        if "transfer-encoding" not in h and (value or "content-length" in h) and self._in_flow:
            h["Content-Length"] = [str(len(value))]

    _in_flow = True

    def get_decoded_content(self):
        """The content without its coding, if that is known and right."""
        ce = self.headers.get_first("content-encoding")
        c = self.content
        if not c or ce not in encoding.ENCODINGS:
            return c
        return encoding.decode(ce, c)

    def decode(self):
        """Undo the coding of the content; False if that does not work."""
        ce = self.headers.get_first("content-encoding")
        c = self.content
        if not c or ce not in encoding.ENCODINGS:
            return False
        data = encoding.decode(ce, c)
        if data is None:
            return False
        del self.headers["content-encoding"]
        self.content = data
        return True

    def encode(self, e):
        """Encode the content: gzip, deflate or identity."""
        self.content = encoding.encode(e, self.content or "")
        self.headers["content-encoding"] = [e]

    def size(self, **kwargs):
        return len(self.content or "")

    def replace(self, pattern, repl, *args, **kwargs):
        """Replace an expression in headers and (decoded) content; how often it was found."""
        n = 0
        with decoded(self):
            if self.content:
                self.content, n = utils.safe_subn(pattern, repl, self.content, *args, **kwargs)
        return n + self.headers.replace(pattern, repl, *args, **kwargs)

    def copy(self):
        """An independent copy."""
        self.settle()
        c = self.of(self._m.copy())
        c._in_flow, c._missing = self._in_flow, self._missing
        return c

    def get_state(self, short=False):
        self.settle()
        return self._m.get_state()

    def load_state(self, state):
        self._missing = None
        self._m.set_state(state)

    def __eq__(self, other):
        return isinstance(other, HTTPMessage) and self.get_state() == other.get_state()

    __hash__ = object.__hash__

    def _body(self):
        """What is sent behind the head."""
        c = self.content
        if c is not None and not isinstance(c, str):
            raise _primitives.ProxyError(502, "Cannot assemble flow with CONTENT_MISSING")
        return c or ""

    def _assemble_headers(self):
        h = self.headers.copy()
        for name in self._headers_to_strip_off:
            del h[name]
        return h


class HTTPRequest(HTTPMessage):
    """
    An HTTP request.

    method: GET, POST, ...
    scheme: http or https.
    host, port: where it goes.
    path: path and query.
    httpversion: (1, 1).
    headers: an ODictCaseless.
    content: the body, as text of one character a byte.
    form_in: how the client named the target: relative, absolute or authority.
    timestamp_start, timestamp_end: when it came.
    """

    _headers_to_strip_off = ["Proxy-Connection", "Keep-Alive", "Connection", "Transfer-Encoding", "Upgrade"]
    _replayed_as = "request"
    stickycookie = stickyauth = False

    def __init__(self, form_in, method, scheme, host, port, path, httpversion, headers, content, timestamp_start=None,
                 timestamp_end=None, form_out=None):
        self._m = _http.Request("", 0, b"", b"", b"", b"", b"HTTP/1.1", (), None, None, None, None)
        self._in_flow = False
        self._form_in, self.form_out = form_in, form_out or form_in
        self.method, self.scheme, self.host, self.port = method, scheme or "", host or "", port or 0
        self.path, self.httpversion = path or "", httpversion
        self.headers = headers if headers is not None else ODictCaseless()
        self.content = content
        self._m.data.timestamp_start, self._m.data.timestamp_end = timestamp_start, timestamp_end

    def __repr__(self):
        return "<HTTPRequest: {} {}>".format(self.method, self.url if self.scheme else "%s:%s" % (self.host, self.port))

    method = _part("method", "The method.")
    scheme = _part("scheme", "http or https.")
    path = _part("path", "Path and query.")
    port = property(lambda self: self._m.data.port, lambda self, v: setattr(self._m.data, "port", int(v)), doc="The port.")

    @property
    def host(self):
        """Where the request goes. The Host header does not follow: see update_host_header()."""
        return self._m.data.host

    @host.setter
    def host(self, h):
        self._m.data.host = _text(h)

    @property
    def form_in(self):
        f = getattr(self, "_form_in", None)
        return f or self._m.first_line_format

    @form_in.setter
    def form_in(self, v):
        self._form_in = v

    @property
    def form_out(self):
        """How the target is named to the server."""
        f = getattr(self, "_form_out", None)
        if f is None and self.form_in == "authority":
            return "authority"
        client = self.flow and self.flow._f.client_conn
        upstream = client and client.proxy_mode.type_name == "upstream" and self.scheme == "http"
        return f or ("absolute" if upstream else "relative")

    @form_out.setter
    def form_out(self, v):
        self._form_out = v

    @classmethod
    def from_state(cls, state):
        return cls.of(_http.Request.from_state(state))

    def anticache(self):
        """Remove what may lead to an answer without a body."""
        for h in ("if-modified-since", "if-none-match"):
            del self.headers[h]

    def anticomp(self):
        """Ask for an uncompressed answer."""
        self.headers["accept-encoding"] = ["identity"]

    def constrain_encoding(self):
        """Leave only content codings that can be undone here."""
        accepted = self.headers.get_first("accept-encoding")
        if accepted:
            self.headers["accept-encoding"] = [", ".join(e for e in encoding.ENCODINGS if e in accepted)]

    def update_host_header(self):
        """The Host header says where the request goes."""
        self.headers["Host"] = [self.host]

    # --- parts of the URL

    def get_path_components(self):
        """The parts of the path, unquoted."""
        return [urllib.parse.unquote(i) for i in urllib.parse.urlparse(self.url).path.split("/") if i]

    def set_path_components(self, lst):
        """Make the path of parts."""
        path = "/" + "/".join(urllib.parse.quote(i, safe="") for i in lst)
        _, _, _, params, query, fragment = urllib.parse.urlparse(self.url)
        self.path = urllib.parse.urlunparse(["", "", path, params, query, fragment])

    def get_query(self):
        """The query, an ODict. Changes count when it is given to set_query()."""
        return ODict(utils.urldecode(urllib.parse.urlparse(self.url).query))

    def set_query(self, odict):
        """Make the query of an ODict."""
        _, _, path, params, _, fragment = urllib.parse.urlparse(self.url)
        self.path = urllib.parse.urlunparse(["", "", path, params, utils.urlencode(odict.lst), fragment])

    def pretty_host(self, hostheader):
        """The host; with hostheader, what the Host header says if there is one."""
        return (self.headers.get_first("host") if hostheader else None) or self.host

    def pretty_url(self, hostheader):
        """The URL with pretty_host()."""
        if self.form_in == "authority":
            return self.pretty_host(hostheader) + ":" + str(self.port)
        host = self.pretty_host(hostheader)
        if hostheader and "host" in self.headers and not host.endswith("]"):
            host = host.rsplit(":", 1)[0]
        return utils.unparse_url(self.scheme, host, self.port, self.path)

    @property
    def url(self):
        """The whole URL; setting it sets scheme, host, port and path."""
        return utils.unparse_url(self.scheme, self.host, self.port, self.path)

    @url.setter
    def url(self, url):
        parts = utils.parse_url(url)
        if not parts:
            raise ValueError("Invalid URL: %s" % url)
        self.scheme, self.host, self.port, self.path = parts

    # --- forms and cookies

    def get_form(self):
        """The form in the body, an ODict."""
        if self.headers.in_any("content-type", HDR_FORM_URLENCODED, True):
            return self.get_form_urlencoded()
        if self.headers.in_any("content-type", HDR_FORM_MULTIPART, True):
            return self.get_form_multipart()
        return ODict()

    def get_form_urlencoded(self):
        """The URL-encoded form in the body, an ODict; empty for bodies of another type."""
        if self.content and self.headers.in_any("content-type", HDR_FORM_URLENCODED, True):
            return ODict(utils.urldecode(self.content))
        return ODict()

    def get_form_multipart(self):
        self.settle()
        return ODict(self._m.multipart_form.fields)

    def set_form_urlencoded(self, odict):
        """Make the body of an ODict, and set its type."""
        self.headers["Content-Type"] = [HDR_FORM_URLENCODED]
        self.content = utils.urlencode(odict.lst)

    def get_cookies(self):
        """The cookies, an ODict."""
        self.settle()
        return ODict(self._m.cookies.fields)

    def set_cookies(self, odict):
        self.settle()
        self._m.cookies = [tuple(x) for x in odict.lst]

    def replace(self, pattern, repl, *args, **kwargs):
        """Replace an expression in path, headers and content; how often it was found."""
        n = HTTPMessage.replace(self, pattern, repl, *args, **kwargs)
        self.path, m = utils.safe_subn(pattern, repl, self.path, *args, **kwargs)
        return n + m

    # --- assembling

    def _assemble_first_line(self, form=None):
        form = form or self.form_out
        target = {"relative": self.path, "authority": f"{self.host}:{self.port}", "absolute": self.url}[form]
        return "%s %s HTTP/%s.%s" % (self.method, target, *self.httpversion)

    def _assemble_headers(self):
        h = super()._assemble_headers()
        if "host" not in h:
            h["Host"] = [utils.hostport(self.scheme, self.host, self.port)]
        if self.content or self.content == "":
            h["Content-Length"] = [str(len(self.content))]
        return h.format()

    def _assemble_head(self, form=None):
        return self._assemble_first_line(form) + "\r\n" + self._assemble_headers() + "\r\n"

    def assemble(self, form=None):
        """The request as bytes on the wire, in a native string."""
        return self._assemble_head(form) + self._body()


class HTTPResponse(HTTPMessage):
    """
    An HTTP response.

    code: the status code.
    msg: the reason phrase.
    httpversion: (1, 1).
    headers: an ODictCaseless.
    content: the body, as text of one character a byte.
    timestamp_start, timestamp_end: when it came.
    """

    _headers_to_strip_off = ["Proxy-Connection", "Alternate-Protocol", "Alt-Svc"]
    _replayed_as = "response"

    def __init__(self, httpversion, code, msg, headers, content, timestamp_start=None, timestamp_end=None):
        self._m = _http.Response(b"HTTP/1.1", code, b"", (), None, None, timestamp_start, timestamp_end)
        self._in_flow = False
        self.httpversion, self.msg = httpversion, msg
        self.headers = headers if headers is not None else ODictCaseless()
        self.content = content

    def __repr__(self):
        size = utils.pretty_size(len(self.content)) if self.content else "no content"
        return "<HTTPResponse: {} {} ({}, {})>".format(
            self.code, self.msg, self.headers.get_first("content-type", "unknown content type"), size)

    code = property(lambda self: self._m.data.status_code, lambda self, v: setattr(self._m.data, "status_code", v),
                    doc="The status code.")
    msg = _part("reason", "The reason phrase.")

    @classmethod
    def from_state(cls, state):
        return cls.of(_http.Response.from_state(state))

    def get_cookies(self):
        """The cookies that are set: name to [value, attributes], an ODict."""
        self.settle()
        out = ODict()
        out.lst = [[k, [v, ODictCaseless(a.fields)]] for k, (v, a) in self._m.cookies.fields]
        return out

    def set_cookies(self, odict):
        self.settle()
        self._m.cookies = [(k, (v[0], v[1])) for k, v in odict.lst]

    def refresh(self, now=None):
        """Move dates and cookie expiry to the present."""
        self.settle()
        self._m.refresh(now)

    def _assemble_first_line(self):
        return "HTTP/%s.%s %s %s" % (*self.httpversion, self.code, self.msg)

    def _assemble_headers(self, preserve_transfer_encoding=False):
        h = super()._assemble_headers()
        if not preserve_transfer_encoding:
            del h["Transfer-Encoding"]
        if self.content or self.content == "":
            h["Content-Length"] = [str(len(self.content))]
        return h.format()

    def _assemble_head(self, preserve_transfer_encoding=False):
        return self._assemble_first_line() + "\r\n" + self._assemble_headers(preserve_transfer_encoding) + "\r\n"

    def assemble(self):
        """The response as bytes on the wire, in a native string."""
        return self._assemble_head() + self._body()


class Reply(controller.Reply):
    """flow.reply: only the first call in an event counts."""

    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def _take(self, msg):
        f = self.flow._f
        if isinstance(msg, int) and msg == KILL:
            if f.killable:
                f.kill()
        elif isinstance(msg, HTTPResponse):
            self.flow.response = msg
            f._replied = True


class HTTPFlow(Flow):
    """
    A collection of objects representing a single HTTP transaction.

    request: an HTTPRequest.
    response: an HTTPResponse, None until there is one.
    error: an Error, None if all went well.
    client_conn, server_conn: the connections.
    reply: call it with an HTTPResponse to answer from the script, with KILL to end the connection.
    """

    type = "http"
    _error = _client = _server = None

    def __init__(self, client_conn, server_conn, live=None):
        self._f = _http.HTTPFlow(getattr(client_conn, "_c", None), getattr(server_conn, "_c", None), bool(live))
        self._f._classic = self
        self._parts = {}
        self._client, self._server = client_conn, server_conn

    @functools.cached_property
    def reply(self):
        """The answer is given by a call of it."""
        return Reply(self)

    @classmethod
    def of(cls, f):
        """The classic face of a flow; always the same one."""
        c = f._classic
        if c is None:
            f._classic = c = cls.__new__(cls)
            c._f, c._parts = f, {}
        return c

    def _let_go(self):
        """No event comes any more. What no script has is not kept by its own circles, for bodies are large."""
        for name in tuple(self._parts):
            if sys.getrefcount(self._parts[name]) == 2:     # the dictionary's and that of the question
                del self._parts[name]
        own = self.__dict__
        answers = "reply" in own
        if self._parts or answers and sys.getrefcount(own["reply"]) > 2:
            return
        # The flow's, ours, that of the question, and that of its reply.
        if sys.getrefcount(self) == 3 + answers:
            self._f._classic = None
            own.pop("reply", None)

    def __repr__(self):
        s = "<HTTPFlow"
        for a in ("request", "response", "error", "client_conn", "server_conn"):
            if getattr(self, a, None):
                s += "\r\n  %s = %r" % (a, getattr(self, a))
        return s + ">"

    # --- parts

    def _face(self, name, cls):
        m = getattr(self._f, name)
        if m is None:
            return None
        face = self._parts.get(name)
        if face is None or face._m is not m:
            face = self._parts[name] = cls.of(m)
            face.flow = self
        return face

    def _put(self, name, face):
        if face is None:
            setattr(self._f, name, None)
            self._parts.pop(name, None)
            return
        face.settle()
        h, c = face.headers, face.content
        if (c or c == "" and name == "response") and "transfer-encoding" not in h:
            h["Content-Length"] = [str(len(c))]
            face.settle()
        face._in_flow = True
        face.flow = self
        now = time.time()
        for n in ("timestamp_start", "timestamp_end"):
            if getattr(face, n) is None:
                setattr(face, n, now)
        setattr(self._f, name, face._m)
        self._parts[name] = face

    @property
    def request(self):
        """The request."""
        return self._face("request", HTTPRequest)

    @request.setter
    def request(self, r):
        self._put("request", r)

    @property
    def response(self):
        """The response, None until there is one."""
        return self._face("response", HTTPResponse)

    @response.setter
    def response(self, r):
        self._put("response", r)

    @property
    def error(self):
        """The error, None if there was none."""
        e = self._f.error
        if e is None:
            return None
        if self._error is None or self._error.msg != e.msg:
            self._error = Error(e.msg, e.timestamp)
            self._error.flow = self
        return self._error

    @error.setter
    def error(self, e):
        self._f.error = None if e is None else _flow.Error(e.msg, e.timestamp)

    @property
    def client_conn(self):
        """The client's connection."""
        if self._client is None:
            from libmproxy.proxy.connection import ClientConnection
            c = self._f.client_conn
            self._client = ClientConnection.of(c) if c is not None else None
        return self._client

    @client_conn.setter
    def client_conn(self, c):
        self._client = c

    @property
    def server_conn(self):
        """The server's connection."""
        from libmproxy.proxy.connection import ServerConnection
        s = self._f.server_conn
        if self._server is None or getattr(self._server, "_c", s) is not s:
            self._server = ServerConnection.of(s) if s is not None else None
        return self._server

    @server_conn.setter
    def server_conn(self, c):
        self._server = c

    id = property(lambda self: self._f.id, doc="What tells it from others.")
    intercepted = property(lambda self: self._f.intercepted, doc="Whether it is held for the user.")
    intercepting = intercepted

    @property
    def live(self):
        """A LiveConnection while the exchange runs, else None."""
        if not self._f.live:
            return None
        from libmproxy.protocol.primitives import LiveConnection
        from libmproxy.proxy.server import ConnectionHandler
        return LiveConnection(ConnectionHandler.of_flow(self))

    # --- carrying over

    def refresh(self):
        """An event begins: it has a reply of its own. The faces look at the messages of today."""
        self.__dict__.pop("reply", None)

    def settle(self):
        """A hook is over."""
        for face in tuple(self._parts.values()):
            face.settle()

    # --- deciding and undoing

    def match(self, f):
        """Whether a filter (compiled, or as text) matches; None matches all."""
        from libmproxy import filt
        if isinstance(f, str):
            text, f = f, filt.parse(f)
            if f is None:
                raise ValueError("Invalid filter expression: " + text)
        return f(self) if f else True

    def kill(self, master=None):
        """End the exchange without an answer."""
        if self._f.killable:
            self._f.kill()

    def intercept(self, master=None):
        """Hold it for the user."""
        self._f.intercept()

    def accept_intercept(self, master=None):
        """Let it go on."""
        self.settle()
        self._f.resume()

    def backup(self, force=False):
        """Remember the present state."""
        self.settle()
        self._f.backup(force)

    def modified(self):
        """Whether there is a memory of another state."""
        return self._f.modified()

    def revert(self):
        """Go back to what was remembered."""
        self._parts.clear()
        self._f.revert()

    def copy(self):
        """A copy with an id of its own."""
        self.settle()
        return HTTPFlow.of(self._f.copy())

    def replace(self, pattern, repl, *args, **kwargs):
        """Replace an expression in both messages; how often it was found."""
        n = self.request.replace(pattern, repl, *args, **kwargs)
        if self.response:
            n += self.response.replace(pattern, repl, *args, **kwargs)
        return n

    def get_state(self, short=False):
        self.settle()
        return self._f.get_state()

    def load_state(self, state, short=False):
        self._parts.clear()
        self._f.set_state(state)

    @classmethod
    def from_state(cls, state):
        return cls.of(_http.HTTPFlow.from_state(state))


class HTTPHandler(ProtocolHandler):
    """Speaks HTTP with a client."""


class HttpAuthenticationError(Exception):
    """A client has not identified itself."""


def send_connect_request(conn, host, port, update_state=True):
    """The tunnel through an upstream proxy is made by the program; without one there is none."""
    if getattr(conn, "_via", None):
        return
    raise NotImplementedError("tunnels are made by the program: use --mode upstream:URL")


__all__ = ["CONTENT_MISSING", "Error", "HTTPFlow", "HTTPHandler", "HTTPMessage", "HTTPRequest", "HTTPResponse", "KILL",
           "KillSignal", "decoded"]
