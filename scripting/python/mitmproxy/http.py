"""HTTP messages and flows."""
import json as _json
import time
import urllib.parse

import _weir

from mitmproxy import flow
from mitmproxy.coretypes import multidict
from mitmproxy.flow import Error
from mitmproxy.net import encoding
from mitmproxy.net.http import charset, cookies, multipart, url
from mitmproxy.net.http.headers import assemble_content_type, parse_content_type
from mitmproxy.websocket import WebSocketData, WebSocketMessage  # noqa: F401


def _always_bytes(x):
    if isinstance(x, str):
        return x.encode("utf-8", "surrogateescape")
    if isinstance(x, bytes):
        return x
    raise TypeError(f"Expected str or bytes, not {type(x).__name__}.")


def _native(x):
    return x.decode("utf-8", "surrogateescape")


def _ascii(x):
    """Bytes of what a constructor is given: text there is ASCII."""
    return x.encode("ascii") if isinstance(x, str) else x


class Headers(_weir.Fields, multidict._MultiDict):
    """
    Header fields: a dictionary that ignores case, keeps order and spelling, and may hold a name several times.

    [] folds several values into one text; get_all() and set_all() keep them apart; `fields` holds the bytes.
    """

    def __init__(self, fields=(), **headers):
        if fields:
            self.fields = fields
        for key, value in headers.items():
            self[key.replace("_", "-")] = _always_bytes(value)

    # These come from the C type, not from the mapping's slow ones.
    __getitem__ = _weir.Fields.__getitem__
    __setitem__ = _weir.Fields.__setitem__
    __delitem__ = _weir.Fields.__delitem__
    __contains__ = _weir.Fields.__contains__
    get = _weir.Fields.get
    get_all = _weir.Fields.get_all
    set_all = _weir.Fields.set_all

    @staticmethod
    def _kconv(key):
        return _always_bytes(key).lower()

    def __iter__(self):
        return map(_native, super().__iter__())

    def insert(self, index, key, value):
        super().insert(index, _always_bytes(key), _always_bytes(value))

    def items(self, multi=False):
        if multi:
            return ((_native(k), _native(v)) for k, v in self.fields)
        return super().items()

    def copy(self):
        return Headers(self.fields)

    def get_state(self):
        return self.fields

    def set_state(self, state):
        self.fields = tuple((bytes(k), bytes(v)) for k, v in state)

    @classmethod
    def from_state(cls, state):
        return cls(tuple((bytes(k), bytes(v)) for k, v in state))


_weir.headers_type(Headers)


# What `data` of both kinds is made of, beside what a request and a response have alone.
_COMMON = ("http_version", "headers", "content", "trailers", "timestamp_start", "timestamp_end")
_RequestData, _ResponseData = type(_weir.data(True)), type(_weir.data(False))
_PARTS = {_RequestData: (*_COMMON, "host", "port", "method", "scheme", "authority", "path"),
          _ResponseData: (*_COMMON, "status_code", "reason")}


def _data_state(data):
    state = {n: getattr(data, n) for n in _PARTS[type(data)]}
    for n in ("headers", "trailers"):
        state[n] = state[n].get_state() if state[n] is not None else None
    return state


def _set_data_state(data, state):
    for n in _PARTS[type(data)]:
        v = state[n]
        setattr(data, n, Headers.from_state(v) if n in ("headers", "trailers") and v is not None else v)


def _data_of_state(cls, state):
    data = _weir.data(cls is _RequestData)
    data.set_state(state)
    return data


def _same_data(data, other):
    if type(other) is not type(data):
        return NotImplemented
    return all(getattr(data, n) == getattr(other, n) for n in _PARTS[type(data)])


def _data_repr(data):
    kind = type(data)
    return f"{kind.__name__}({', '.join(f'{n}={getattr(data, n)!r}' for n in _PARTS[kind])})"


for _t in _PARTS:
    _t.get_state, _t.set_state, _t.from_state = _data_state, _set_data_state, classmethod(_data_of_state)
    _t.__eq__, _t.__repr__ = _same_data, _data_repr
del _t


def _headers_of(x):
    """Headers of what constructors and make() accept."""
    if isinstance(x, Headers):
        return x
    if isinstance(x, dict):
        return Headers((_always_bytes(k), _always_bytes(v)) for k, v in x.items())
    if hasattr(x, "__iter__"):
        return Headers(x)
    raise TypeError("Expected headers to be an iterable or dict, but is {}.".format(type(x).__name__))


class Message:
    """What requests and responses share. `data` holds the raw parts."""

    stream = False
    """In requestheaders and responseheaders: True lets the body pass as it comes."""

    @classmethod
    def _of(cls, data):
        m = cls.__new__(cls)
        m.data = data
        return m

    # --- state

    def get_state(self):
        return self.data.get_state()

    def set_state(self, state):
        self.data.set_state(state)

    @classmethod
    def from_state(cls, state):
        return cls._of(_weir.data(cls._is_request).from_state(state))

    def copy(self):
        """An independent copy."""
        m = self._of(self.data.copy())
        m.stream = self.stream
        return m

    def __eq__(self, other):
        return isinstance(other, Message) and self.get_state() == other.get_state()

    __hash__ = object.__hash__

    # --- parts

    @property
    def http_version(self):
        return self.data.http_version.decode("utf-8", "surrogateescape")

    @http_version.setter
    def http_version(self, v):
        self.data.http_version = _always_bytes(v)

    @property
    def is_http10(self):
        return self.data.http_version == b"HTTP/1.0"

    @property
    def is_http11(self):
        return self.data.http_version == b"HTTP/1.1"

    @property
    def is_http2(self):
        return self.data.http_version == b"HTTP/2.0"

    @property
    def is_http3(self):
        return self.data.http_version == b"HTTP/3"

    @property
    def headers(self):
        return self.data.headers

    @headers.setter
    def headers(self, h):
        self.data.headers = _headers_of(h)

    @property
    def trailers(self):
        return self.data.trailers

    @trailers.setter
    def trailers(self, h):
        self.data.trailers = None if h is None else _headers_of(h)

    @property
    def timestamp_start(self):
        return self.data.timestamp_start

    @timestamp_start.setter
    def timestamp_start(self, t):
        self.data.timestamp_start = t

    @property
    def timestamp_end(self):
        return self.data.timestamp_end

    @timestamp_end.setter
    def timestamp_end(self, t):
        self.data.timestamp_end = t

    # --- bodies

    @property
    def raw_content(self):
        """The body as it is sent (still compressed), None if it is not known."""
        return self.data.content

    @raw_content.setter
    def raw_content(self, content):
        self.data.content = content

    @property
    def content(self):
        """The body with its content coding undone; ValueError if that fails."""
        return self.get_content()

    @content.setter
    def content(self, value):
        self.set_content(value)

    def get_content(self, strict=True):
        raw = self.data.content
        if raw is None:
            return None
        ce = self.data.headers.get("content-encoding")
        if not ce:
            return raw
        try:
            content = encoding.decode(raw, ce)
            if isinstance(content, str):
                raise ValueError(f"Invalid Content-Encoding: {ce}")
            return content
        except ValueError:
            if strict:
                raise
            return raw

    def set_content(self, value):
        if value is None:
            self.data.content = None
            return
        if not isinstance(value, bytes):
            raise TypeError(f"Message content must be bytes, not {type(value).__name__}. "
                            "Please use .text if you want to assign a str.")
        headers = self.data.headers
        ce = headers.get("content-encoding")
        if ce:
            try:
                value = encoding.encode(value, ce)
            except ValueError:
                del headers["content-encoding"]
        self.data.content = value
        if "transfer-encoding" not in headers:
            headers["content-length"] = str(len(value))

    def decode(self, strict=True):
        """Take the content coding off for good; an empty body stays as it is."""
        if not self.data.content:
            return
        decoded = self.get_content(strict)
        self.data.headers.pop("content-encoding", None)
        self.content = decoded

    def encode(self, coding):
        """Put a content coding on: gzip, deflate, identity, br or zstd."""
        self.data.headers["content-encoding"] = coding
        self.content = self.raw_content
        if "content-encoding" not in self.data.headers:
            raise ValueError("Invalid content encoding {}".format(repr(coding)))

    @property
    def text(self):
        """The content as text, by the charset that it says or seems to have."""
        return self.get_text()

    @text.setter
    def text(self, value):
        self.set_text(value)

    def get_text(self, strict=True):
        content = self.get_content(strict)
        if content is None:
            return None
        enc = charset.guess(self.data.headers.get("content-type", ""), content)
        try:
            return encoding.decode(content, enc)
        except ValueError:
            if strict:
                raise
            return content.decode("utf8", "surrogateescape")

    def set_text(self, text):
        if text is None:
            self.content = None
            return
        headers = self.data.headers
        ct = headers.get("content-type", "")
        enc = charset.guess(ct)
        try:
            self.content = encoding.encode(text, enc)
        except ValueError:
            parsed = parse_content_type(ct) or ("text", "plain", {})
            parsed[2]["charset"] = "utf-8"
            headers["content-type"] = assemble_content_type(*parsed)
            self.content = text.encode("utf8", "surrogateescape")

    def json(self, **kwargs):
        """The content, parsed as JSON."""
        content = self.get_content(strict=False)
        if content is None:
            raise TypeError("Message content is not available.")
        return _json.loads(content, **kwargs)


def _part(name, doc, get=_native, put=_always_bytes):
    def getter(self):
        return get(getattr(self.data, name))

    def setter(self, value):
        setattr(self.data, name, put(value))
    return property(getter, setter, doc=doc)


class Request(Message):
    """An HTTP request."""

    _is_request = True

    def __init__(self, host, port, method, scheme, authority, path, http_version, headers, content, trailers,
                 timestamp_start, timestamp_end):
        self.data = d = _weir.data(True)
        d.host = host.decode("idna", "strict") if isinstance(host, bytes) else host
        d.port = port
        d.method, d.scheme, d.authority = _ascii(method), _ascii(scheme), _ascii(authority)
        d.path, d.http_version = _ascii(path), _ascii(http_version)
        if isinstance(content, str):
            raise ValueError("Content must be bytes, not str")
        d.headers, d.content = _headers_of(headers), content
        d.trailers = None if trailers is None else _headers_of(trailers)
        d.timestamp_start, d.timestamp_end = timestamp_start, timestamp_end

    def __repr__(self):
        if self.data.host and self.data.port:
            hostport = f"{self.host}:{self.port}"
        else:
            hostport = ""
        return f"Request({self.method} {hostport}{self.path or ''})"

    @classmethod
    def make(cls, method, url, content="", headers=()):
        """A request from a method and a URL."""
        if isinstance(content, str):
            body = content.encode()
        elif isinstance(content, bytes):
            body = content
        else:
            raise TypeError(f"Expected content to be str or bytes, but is {type(content).__name__}.")
        now = time.time()
        req = cls("", 0, _always_bytes(method).upper(), b"", b"", b"", b"HTTP/1.1", _headers_of(headers), b"", None,
                  now, now)
        req.url = url
        if isinstance(content, str):
            req.text = content
        else:
            req.content = body
        return req

    method = _part("method", "The method, in capitals.", get=lambda b: b.decode("utf-8", "surrogateescape").upper())
    scheme = _part("scheme", "http or https.")
    path = _part("path", "The path with its query, or *.")

    @property
    def authority(self):
        """The authority of the request line or of HTTP/2; names are shown as people write them (RFC 3490)."""
        raw = self.data.authority
        if b"xn--" in raw:
            try:
                return raw.decode("idna")
            except UnicodeError:
                pass
        return _native(raw)

    @authority.setter
    def authority(self, value):
        if isinstance(value, str):
            try:
                value = value.encode("idna", "strict")
            except UnicodeError:
                value = value.encode("utf8", "surrogateescape")
        self.data.authority = value

    @property
    def host(self):
        """Where the request goes; Host and authority follow when it is set."""
        return self.data.host

    @host.setter
    def host(self, value):
        self.data.host = value.decode("idna", "strict") if isinstance(value, bytes) else value
        self._update_host_and_authority()

    @property
    def port(self):
        return self.data.port

    @port.setter
    def port(self, port):
        if not isinstance(port, int):
            raise ValueError(f"Port must be an integer, not {port!r}.")
        self.data.port = port
        self._update_host_and_authority()

    def _update_host_and_authority(self):
        value = url.hostport(self.scheme, self.host, self.port)
        if "Host" in self.data.headers:
            self.data.headers["Host"] = value
        if self.data.authority:
            self.authority = value

    @property
    def host_header(self):
        """The Host header, or the authority of HTTP/2."""
        if self.is_http2 or self.is_http3:
            return self.authority or self.data.headers.get("Host", None)
        return self.data.headers.get("Host", None)

    @host_header.setter
    def host_header(self, value):
        if value is None:
            self.headers.pop("Host", None)
            self.data.authority = b""
            return
        if self.is_http2 or self.is_http3:
            self.authority = value
        if "Host" in self.headers or not (self.is_http2 or self.is_http3):
            self.headers["Host"] = value

    @property
    def first_line_format(self):
        if self.method == "CONNECT":
            return "authority"
        return "absolute" if self.authority else "relative"

    @property
    def url(self):
        """The whole URL; setting it sets scheme, host, port and path."""
        if self.first_line_format == "authority":
            return f"{self.host}:{self.port}"
        path = self.path if self.path != "*" else ""
        return url.unparse(self.scheme, self.host, self.port, path)

    @url.setter
    def url(self, val):
        scheme, host, port, path = url.parse(_always_bytes(val).decode("utf-8", "surrogateescape"))
        d = self.data
        d.scheme, d.host, d.path = scheme, host.decode("idna") if isinstance(host, bytes) else host, path
        self.port = port

    @property
    def pretty_host(self):
        """The name that the client asked for: that of the Host header if there is one."""
        authority = self.host_header
        if authority:
            return url.parse_authority(authority, check=False)[0]
        return self.host

    @property
    def pretty_url(self):
        """The URL with pretty_host."""
        if self.first_line_format == "authority":
            return self.authority
        host_header = self.host_header
        if not host_header:
            return self.url
        host, port = url.parse_authority(host_header, check=False)
        port = port or url.default_port(self.scheme) or 443
        path = self.path if self.path != "*" else ""
        return url.unparse(self.scheme, host, port, path)

    # --- views

    def _get_query(self):
        return tuple(url.decode(urllib.parse.urlparse(self.url).query))

    def _set_query(self, pairs):
        query = url.encode(pairs)
        _, _, path, params, _, fragment = urllib.parse.urlparse(self.url)
        self.path = urllib.parse.urlunparse(["", "", path, params, query, fragment])

    @property
    def query(self):
        """The query as a multi-dict that writes back."""
        return multidict.MultiDictView(self._get_query, self._set_query)

    @query.setter
    def query(self, value):
        self._set_query(_pairs(value))

    def _get_cookies(self):
        return tuple(cookies.parse_cookie_headers(self.headers.get_all("Cookie")))

    def _set_cookies(self, pairs):
        self.headers["cookie"] = cookies.format_cookie_header(pairs)

    @property
    def cookies(self):
        """The cookies as a multi-dict that writes back."""
        return multidict.MultiDictView(self._get_cookies, self._set_cookies)

    @cookies.setter
    def cookies(self, value):
        self._set_cookies(_pairs(value))

    @property
    def path_components(self):
        """The parts of the path, unquoted."""
        path = urllib.parse.urlparse(self.url).path
        return tuple(url.unquote(i) for i in path.split("/") if i)

    @path_components.setter
    def path_components(self, components):
        path = "/" + "/".join(url.quote(i, safe="") for i in components)
        _, _, _, params, query, fragment = urllib.parse.urlparse(self.url)
        self.path = urllib.parse.urlunparse(["", "", path, params, query, fragment])

    def _get_urlencoded_form(self):
        if "application/x-www-form-urlencoded" in self.headers.get("content-type", "").lower():
            return tuple(url.decode(self.get_text(strict=False)))
        return ()

    def _set_urlencoded_form(self, pairs):
        self.headers["content-type"] = "application/x-www-form-urlencoded"
        self.content = url.encode(pairs, self.get_text(strict=False)).encode()

    @property
    def urlencoded_form(self):
        """The form in the body as a multi-dict that writes back."""
        return multidict.MultiDictView(self._get_urlencoded_form, self._set_urlencoded_form)

    @urlencoded_form.setter
    def urlencoded_form(self, value):
        self._set_urlencoded_form(_pairs(value))

    def _get_multipart_form(self):
        ct = self.headers.get("content-type", "")
        if "multipart/form-data" in ct.lower() and self.content is not None:
            try:
                return tuple(multipart.decode_multipart(ct, self.content))
            except ValueError:
                pass
        return ()

    def _set_multipart_form(self, pairs):
        ct = self.headers.get("content-type", "")
        if not ct.startswith("multipart/form-data"):
            ct = "multipart/form-data; boundary=" + multipart.make_boundary()
            self.headers["content-type"] = ct
        self.content = multipart.encode_multipart(ct, pairs)

    @property
    def multipart_form(self):
        """The parts of a multipart body as a multi-dict of bytes that writes back."""
        return multidict.MultiDictView(self._get_multipart_form, self._set_multipart_form)

    @multipart_form.setter
    def multipart_form(self, value):
        self._set_multipart_form(_pairs(value))

    # --- changes that proxies make

    def anticache(self):
        """Remove what may lead to an answer without a body."""
        for name in ("if-modified-since", "if-none-match"):
            self.headers.pop(name, None)

    def anticomp(self):
        """Ask for an uncompressed answer."""
        self.headers["accept-encoding"] = "identity"

    def constrain_encoding(self):
        """Leave only content codings that can be decoded here."""
        accepted = self.headers.get("accept-encoding")
        if accepted:
            self.headers["accept-encoding"] = ", ".join(
                e for e in {"gzip", "identity", "deflate", "br", "zstd"} if e in accepted)


def _pairs(value):
    return tuple(value.items(multi=True) if isinstance(value, multidict._MultiDict)
                 else value.items() if hasattr(value, "items") else value)


class Response(Message):
    """An HTTP response."""

    _is_request = False

    def __init__(self, http_version, status_code, reason, headers, content, trailers, timestamp_start, timestamp_end):
        self.data = d = _weir.data(False)
        d.http_version, d.status_code, d.reason = _ascii(http_version), status_code, _ascii(reason)
        if isinstance(content, str):
            raise ValueError("Content must be bytes, not {}".format(type(content).__name__))
        d.headers, d.content = _headers_of(headers), content
        d.trailers = None if trailers is None else _headers_of(trailers)
        d.timestamp_start, d.timestamp_end = timestamp_start, timestamp_end

    def __repr__(self):
        if self.raw_content:
            from mitmproxy.utils import human
            ct = self.headers.get("content-type", "unknown content type")
            details = f"{ct}, {human.pretty_size(len(self.raw_content))}"
        else:
            details = "no content"
        return f"Response({self.status_code}, {details})"

    @classmethod
    def make(cls, status_code=200, content=b"", headers=()):
        """A response; the reason comes from the table, content-length is set."""
        if not isinstance(status_code, int):
            raise TypeError("status_code must be int")
        now = time.time()
        resp = cls(b"HTTP/1.1", status_code, _weir.phrase(status_code), _headers_of(headers), None, None, now, now)
        if isinstance(content, bytes):
            resp.content = content
        elif isinstance(content, str):
            resp.text = content
        else:
            raise TypeError(f"Expected content to be str or bytes, but is {type(content).__name__}.")
        return resp

    @property
    def status_code(self):
        return self.data.status_code

    @status_code.setter
    def status_code(self, status_code):
        self.data.status_code = status_code

    @property
    def reason(self):
        return self.data.reason.decode("ISO-8859-1")

    @reason.setter
    def reason(self, reason):
        self.data.reason = reason.encode("ISO-8859-1") if isinstance(reason, str) else reason

    def _get_cookies(self):
        return tuple((name, (value, attrs)) for name, value, attrs in
                     cookies.parse_set_cookie_headers(self.headers.get_all("set-cookie")))

    def _set_cookies(self, pairs):
        self.headers.set_all("set-cookie", [cookies.format_set_cookie_header([(k, v[0], v[1])]) for k, v in pairs])

    @property
    def cookies(self):
        """The cookies that are set: name to (value, attributes), a multi-dict that writes back."""
        return multidict.MultiDictView(self._get_cookies, self._set_cookies)

    @cookies.setter
    def cookies(self, value):
        self._set_cookies(_pairs(value))

    def refresh(self, now=None):
        """Move dates and cookie expiry to the present, as if it had been answered now."""
        from email.utils import formatdate, mktime_tz, parsedate_tz
        delta = (now or time.time()) - self.timestamp_start
        for name in ("date", "expires", "last-modified"):
            if name in self.headers:
                parsed = parsedate_tz(self.headers[name])
                if parsed:
                    self.headers[name] = formatdate(mktime_tz(parsed) + delta, usegmt=True)
        fresh = []
        for header in self.headers.get_all("set-cookie"):
            try:
                fresh.append(cookies.refresh_set_cookie_header(header, delta))
            except ValueError:
                fresh.append(header)
        if fresh:
            self.headers.set_all("set-cookie", fresh)


class HTTPFlow(flow.Flow):
    """One exchange: a request and, later, its response or an error."""

    type = "http"
    websocket = None
    """WebSocketData if the exchange became a WebSocket."""
    _via_stays = False      # what is said of the upstream proxy is for the client's connection

    def __init__(self, client_conn, server_conn, live=False):
        super().__init__(client_conn, server_conn, live)

    request = _weir.Flow._request
    response = _weir.Flow._response
    _request_of = staticmethod(Request._of)
    _response_of = staticmethod(Response._of)

    @property
    def timestamp_start(self):
        return self.request.timestamp_start

    @property
    def mode(self):
        return getattr(self, "_mode", "regular")

    def __repr__(self):
        s = "<HTTPFlow"
        for a in ("request", "response", "websocket", "error", "client_conn", "server_conn"):
            if getattr(self, a, None):
                s += f"\r\n  {a} = {getattr(self, a)!r}"
        return s + ">"

    def _messages_state(self):
        return {"request": self.request.get_state() if self.request else None,
                "response": self.response.get_state() if self.response else None,
                "websocket": self.websocket.get_state() if self.websocket else None}

    def _set_messages_state(self, state):
        for name, cls in (("request", Request), ("response", Response), ("websocket", WebSocketData)):
            s = state.get(name)
            setattr(self, name, cls.from_state(s) if s else None)

    def _copy_messages(self, other):
        other.request = self.request.copy() if self.request else None
        other.response = self.response.copy() if self.response else None
        if self.websocket:
            other.websocket = self.websocket.copy()

    # --- exchange with the program (weirhost.flows)

    def _load_messages(self, record):
        """There may be a WebSocket."""
        self.websocket = WebSocketData._of(record, self.websocket) or self.websocket

    def _record(self):
        record = super()._record()
        if self.websocket is not None:
            record.set_websocket(*self.websocket._facts())
        return record


HTTPRequest = Request
HTTPResponse = Response

__all__ = ["HTTPFlow", "Message", "Request", "Response", "Headers", "Error", "HTTPRequest", "HTTPResponse",
           "WebSocketData", "WebSocketMessage"]

