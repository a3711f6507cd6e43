"""The layer of DNS, and its events."""
from mitmproxy.hooks import DnsErrorHook as DnsErrorHook
from mitmproxy.hooks import DnsRequestHook as DnsRequestHook
from mitmproxy.hooks import DnsResponseHook as DnsResponseHook
from mitmproxy.proxy.layer import Layer

class DNSLayer(Layer): ...
