"""Names of the protocol layers."""
from mitmproxy.proxy.layer import Layer, NextLayer
from mitmproxy.proxy.layers import modes
from mitmproxy.proxy.layers.dns import DNSLayer
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.tcp import TCPLayer
from mitmproxy.proxy.layers.tls import ClientTLSLayer, ServerTLSLayer
from mitmproxy.proxy.layers.udp import UDPLayer
from mitmproxy.proxy.layers.websocket import WebsocketLayer

__all__ = ["ClientTLSLayer", "DNSLayer", "HttpLayer", "Layer", "NextLayer", "ServerTLSLayer", "TCPLayer", "UDPLayer", "WebsocketLayer",
           "modes"]
