import re

from mitmproxy import tcp
from mitmproxy.utils import strutils


def tcp_message(flow: tcp.TCPFlow):
    m = flow.messages[-1]
    m.content = re.sub(rb"foo", b"bar", m.content)


def response(flow):
    flow.comment = strutils.bytes_to_escaped_str(flow.response.content)
# expect: f.comment == "hello\\n"
