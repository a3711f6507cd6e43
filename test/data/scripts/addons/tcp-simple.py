import logging
import re

from mitmproxy import tcp
from mitmproxy.utils import strutils


def tcp_message(flow: tcp.TCPFlow):
    m = flow.messages[-1]
    m.content = re.sub(rb"foo", b"bar", m.content, flags=re.IGNORECASE)
    logging.info("tcp_message[from_client=%s), content=%s]", m.from_client, strutils.bytes_to_escaped_str(m.content))
# traffic: tcp
# expect: [(m.from_client, m.content.lower()) for m in f.messages] == [(True, b"bar\n"), (False, b"bar\n")]
# live: client == b"BAR\n" and origin == b"bar\n" and "content=bar\\n" in output()
