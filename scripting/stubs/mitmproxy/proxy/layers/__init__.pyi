"""Names of the protocol layers."""
from mitmproxy.proxy.layer import Layer as Layer
from mitmproxy.proxy.layer import NextLayer as NextLayer
from mitmproxy.proxy.layers import modes as modes
from mitmproxy.proxy.layers.dns import DNSLayer as DNSLayer
from mitmproxy.proxy.layers.http import HttpLayer as HttpLayer
from mitmproxy.proxy.layers.tcp import TCPLayer as TCPLayer
from mitmproxy.proxy.layers.tls import ClientTLSLayer as ClientTLSLayer
from mitmproxy.proxy.layers.tls import ServerTLSLayer as ServerTLSLayer
from mitmproxy.proxy.layers.udp import UDPLayer as UDPLayer
from mitmproxy.proxy.layers.websocket import WebsocketLayer as WebsocketLayer
