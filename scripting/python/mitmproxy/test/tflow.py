"""Flows for tests."""
from mitmproxy import connection, dns, flow, http, tcp, udp, websocket
from mitmproxy.test.tutils import tdnsreq, tdnsresp, treq, tresp


def tclient_conn():
    """A client's connection."""
    return connection.Client(
        peername=("127.0.0.1", 22), sockname=("", 0), timestamp_start=946681200, timestamp_tls_setup=946681201,
        timestamp_end=946681206, sni="address", cipher="cipher", alpn=b"http/1.1", tls_version="TLSv1.2",
        alpn_offers=[], cipher_list=[], state=connection.ConnectionState.OPEN)


def tserver_conn():
    """A server's connection."""
    return connection.Server(
        address=("address", 22), peername=("192.168.0.1", 22), sockname=("address", 22), timestamp_start=946681202,
        timestamp_tcp_setup=946681203, timestamp_tls_setup=946681204, timestamp_end=946681205, sni="address",
        tls_version="TLSv1.2")


def terr(content="error"):
    return flow.Error(content, 946681207)


def _parts(f, err):
    f.timestamp_created = 946681200
    f.live = True
    if err is True:
        err = terr()
    f.error = err or None
    return f


def _conns(client_conn, server_conn):
    return (tclient_conn() if client_conn is True else client_conn, tserver_conn() if server_conn is True else server_conn)


def tflow(*, client_conn=True, server_conn=True, req=None, resp=False, err=False, ws=False, live=True):
    """An HTTP flow; resp, err and ws are True or the part itself."""
    f = _parts(http.HTTPFlow(*_conns(client_conn, server_conn), live=live), err)
    f.live = live
    f.request = treq() if req is None else req
    if resp is True:
        resp = tresp()
    f.response = resp or None
    if ws is True:
        ws = twebsocket()
    f.websocket = ws or None
    return f


def twebsocket(messages=True):
    """The WebSocket part of a flow."""
    w = websocket.WebSocketData()
    if messages is True:
        w.messages = [websocket.WebSocketMessage(2, True, b"hello binary", 946681203),
                      websocket.WebSocketMessage(1, True, b"hello text", 946681204),
                      websocket.WebSocketMessage(1, False, b"it's me", 946681205)]
    w.close_reason, w.close_code, w.timestamp_end, w.closed_by_client = "Close Reason", 1000, 946681205, False
    return w


def twebsocketflow(messages=True, err=None, close_code=None, close_reason=""):
    """A flow that became a WebSocket."""
    f = tflow(req=http.Request("example.com", 80, b"GET", b"http", b"example.com", b"/ws", b"HTTP/1.1", http.Headers(
        connection="upgrade", upgrade="websocket", sec_websocket_version="13", sec_websocket_key="1234"), b"", None,
        946681200, 946681201), resp=http.Response(b"HTTP/1.1", 101, b"Switching Protocols", http.Headers(
            connection="upgrade", upgrade="websocket", sec_websocket_accept=b""), b"", None, 946681202, 946681203), err=err)
    f.websocket = twebsocket(messages)
    f.websocket.close_reason = close_reason
    f.websocket.close_code = close_code if close_code is not None else 1000
    return f


class DummyFlow(flow.Flow):
    """A flow of no protocol."""

    type = "dummy"


def tdummyflow(client_conn=True, server_conn=True, err=None):
    """A flow of no protocol."""
    return _parts(DummyFlow(*_conns(client_conn, server_conn)), err)


def ttcpflow(client_conn=True, server_conn=True, messages=True, err=None):
    """A TCP flow."""
    f = _parts(tcp.TCPFlow(*_conns(client_conn, server_conn)), err)
    f.messages = [tcp.TCPMessage(True, b"hello", 946681204.2), tcp.TCPMessage(False, b"it's me", 946681204.5)] \
        if messages is True else messages or []
    return f


def tudpflow(client_conn=True, server_conn=True, messages=True, err=None):
    """A UDP flow."""
    f = _parts(udp.UDPFlow(*_conns(client_conn, server_conn)), err)
    f.messages = [udp.UDPMessage(True, b"hello", 946681204.2), udp.UDPMessage(False, b"it's me", 946681204.5)] \
        if messages is True else messages or []
    return f


def tdnsflow(*, client_conn=True, server_conn=True, req=None, resp=False, err=False, live=True):
    """A DNS flow."""
    f = _parts(dns.DNSFlow(*_conns(client_conn, server_conn)), err)
    f.request = req or tdnsreq()
    f.response = tdnsresp() if resp is True else resp or None
    f.live = live
    return f


def tflows():
    """One of each kind."""
    return [tflow(resp=True), tflow(err=True), tflow(ws=True), ttcpflow(), ttcpflow(err=True), tudpflow(),
            tudpflow(err=True), tdnsflow(resp=True), tdnsflow(err=True)]
