"""Messages and flows, under the name of later releases."""

from libmproxy.protocol.primitives import Error as Error
from libmproxy.protocol.http import HTTPFlow as HTTPFlow
from libmproxy.protocol.http import HTTPRequest as HTTPRequest
from libmproxy.protocol.http import HTTPResponse as HTTPResponse
from libmproxy.protocol.http import decoded as decoded
