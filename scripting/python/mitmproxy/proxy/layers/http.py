"""The layer of HTTP, and its events."""
import enum

from mitmproxy import hooks as _hooks
from mitmproxy.hooks import HttpConnectedHook, HttpConnectErrorHook, HttpConnectHook, HttpConnectUpstreamHook
from mitmproxy.proxy import layer

__all__ = ["HTTPMode", "HttpConnectErrorHook", "HttpConnectHook", "HttpConnectUpstreamHook", "HttpConnectedHook", "HttpErrorHook",
           "HttpLayer", "HttpRequestHeadersHook", "HttpRequestHook", "HttpResponseHeadersHook", "HttpResponseHook"]

HttpRequestHeadersHook, HttpRequestHook = _hooks.RequestheadersHook, _hooks.RequestHook
HttpResponseHeadersHook, HttpResponseHook = _hooks.ResponseheadersHook, _hooks.ResponseHook
HttpErrorHook = _hooks.ErrorHook


class HTTPMode(enum.Enum):
    """Whom requests are for: this proxy, a server, or another proxy."""

    regular = 1
    transparent = 2
    upstream = 3


class HttpLayer(layer.Layer):
    """HTTP/1 and HTTP/2."""

    def __init__(self, context, mode=None):
        super().__init__(context)
        self.mode = mode
