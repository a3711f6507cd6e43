"""Messages and flows, under the name of later releases."""
from libmproxy.protocol.http import HTTPFlow, HTTPRequest, HTTPResponse, decoded
from libmproxy.protocol.primitives import Error

__all__ = ["HTTPFlow", "HTTPRequest", "HTTPResponse", "decoded", "Error"]
