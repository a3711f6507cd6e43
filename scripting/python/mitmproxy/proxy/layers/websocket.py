"""The layer of WebSocket, and its events."""
from mitmproxy.hooks import WebsocketEndHook, WebsocketMessageHook, WebsocketStartHook
from mitmproxy.proxy import layer

__all__ = ["WebsocketEndHook", "WebsocketLayer", "WebsocketMessageHook", "WebsocketStartHook"]


class WebsocketLayer(layer.Layer):
    pass
