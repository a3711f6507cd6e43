"""The layer of HTTP, and its events."""
import enum

from mitmproxy.hooks import ErrorHook as HttpErrorHook
from mitmproxy.hooks import RequestHook as HttpRequestHook
from mitmproxy.hooks import RequestheadersHook as HttpRequestHeadersHook
from mitmproxy.hooks import ResponseHook as HttpResponseHook
from mitmproxy.hooks import ResponseheadersHook as HttpResponseHeadersHook
from mitmproxy.hooks import HttpConnectedHook as HttpConnectedHook
from mitmproxy.hooks import HttpConnectErrorHook as HttpConnectErrorHook
from mitmproxy.hooks import HttpConnectHook as HttpConnectHook
from mitmproxy.hooks import HttpConnectUpstreamHook as HttpConnectUpstreamHook
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer

class HTTPMode(enum.Enum):
    """Whom requests are for: this proxy, a server, or another proxy."""
    regular = 1
    transparent = 2
    upstream = 3

class HttpLayer(Layer):
    """HTTP/1 and HTTP/2."""
    def __init__(self, context: Context, mode: HTTPMode | None = ...) -> None: ...
    mode: HTTPMode | None
