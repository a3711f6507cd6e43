"""The layer of DNS, and its events."""
from mitmproxy.hooks import DnsErrorHook, DnsRequestHook, DnsResponseHook
from mitmproxy.proxy import layer

__all__ = ["DNSLayer", "DnsErrorHook", "DnsRequestHook", "DnsResponseHook"]


class DNSLayer(layer.Layer):
    pass
