"""HTTP/1 messages as bytes, and out of them."""
from mitmproxy.net.http.http1.assemble import (assemble_body, assemble_request, assemble_request_head, assemble_response,
                                               assemble_response_head)
from mitmproxy.net.http.http1.read import connection_close, expected_http_body_size, read_request_head, read_response_head

__all__ = ["assemble_body", "assemble_request", "assemble_request_head", "assemble_response", "assemble_response_head",
           "connection_close", "expected_http_body_size", "read_request_head", "read_response_head"]
