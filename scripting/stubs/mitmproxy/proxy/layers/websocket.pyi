"""The layer of WebSocket, and its events."""
from mitmproxy.hooks import WebsocketEndHook as WebsocketEndHook
from mitmproxy.hooks import WebsocketMessageHook as WebsocketMessageHook
from mitmproxy.hooks import WebsocketStartHook as WebsocketStartHook
from mitmproxy.proxy.layer import Layer

class WebsocketLayer(Layer): ...
