"""Messages and flows, by their older place."""

from mitmproxy.flow import Error as Error
from mitmproxy.http import HTTPFlow as HTTPFlow
from mitmproxy.http import Request as HTTPRequest
from mitmproxy.http import Response as HTTPResponse
