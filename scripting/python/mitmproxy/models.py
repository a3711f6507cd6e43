"""Messages and flows, by their older place."""
from mitmproxy.flow import Error
from mitmproxy.http import HTTPFlow, HTTPRequest, HTTPResponse

__all__ = ["Error", "HTTPFlow", "HTTPRequest", "HTTPResponse"]
