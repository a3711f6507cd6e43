import logging
import re

from mitmproxy import http


def websocket_message(flow: http.HTTPFlow):
    assert flow.websocket is not None
    m = flow.websocket.messages[-1]
    logging.info("%s: %r", "client" if m.from_client else "server", m.content)
    m.content = re.sub(rb"^Hello", b"HAPPY", m.content)
    if b"FOOBAR" in m.content:
        m.drop()
# traffic: websocket
# hears: 1
# expect: sorted((m.content, m.from_client, m.dropped) for m in f.websocket.messages)[-2:] == [(b"HAPPY you", False, False), (b"HAPPY you", True, False)] and any(m.dropped for m in f.websocket.messages)
# live: client == [b"HAPPY you"] and origin == [b"HAPPY you"]
