"""HTTP/1 messages as bytes, and out of them."""
from mitmproxy.net.http.http1.assemble import assemble_body as assemble_body
from mitmproxy.net.http.http1.assemble import assemble_request as assemble_request
from mitmproxy.net.http.http1.assemble import assemble_request_head as assemble_request_head
from mitmproxy.net.http.http1.assemble import assemble_response as assemble_response
from mitmproxy.net.http.http1.assemble import assemble_response_head as assemble_response_head
from mitmproxy.net.http.http1.read import connection_close as connection_close
from mitmproxy.net.http.http1.read import expected_http_body_size as expected_http_body_size
from mitmproxy.net.http.http1.read import read_request_head as read_request_head
from mitmproxy.net.http.http1.read import read_response_head as read_response_head
