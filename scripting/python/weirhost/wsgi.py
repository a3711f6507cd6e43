"""Web applications that answer instead of an origin."""
import asyncio
import io
import sys
import time
import traceback
import urllib.parse
from email.utils import formatdate

from mitmproxy import ctx, http
from weirhost import state

SERVER = "weir"


def changed():
    """An app was registered: requests must be looked at."""
    from weirhost import dispatch, scripts
    dispatch.rebuild(scripts.loaded)


def forget(script):
    """The apps of a script go with it."""
    registry = sys.modules.get("libmproxy.flow")
    if registry:
        registry.registry()._forget(script)


def environ(flow, domain, port):
    """What PEP 3333 says an app is given."""
    r = flow.request
    path, _, query = r.path.partition("?")
    peer = flow.client_conn.peername if flow.client_conn else None
    env = {
        "wsgi.version": (1, 0), "wsgi.url_scheme": r.scheme, "wsgi.input": io.BytesIO(r.content or b""),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        "SERVER_SOFTWARE": SERVER, "REQUEST_METHOD": r.method, "SCRIPT_NAME": "",
        "PATH_INFO": urllib.parse.unquote(path, "latin-1"), "QUERY_STRING": query,
        "CONTENT_TYPE": r.headers.get("content-type", ""), "CONTENT_LENGTH": r.headers.get("content-length", ""),
        "SERVER_NAME": domain, "SERVER_PORT": str(port), "SERVER_PROTOCOL": r.http_version,
        "REMOTE_ADDR": peer[0] if peer else "", "REMOTE_PORT": str(peer[1]) if peer else "", "mitmproxy.master": ctx.master,
    }
    for k, v in r.headers.items():
        name = "HTTP_" + k.upper().replace("-", "_")
        if name not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            env[name] = v
    return env


def call(app, env):
    """The app's answer; a 500 if it fails, which is told."""
    head, body = [], []

    def start_response(status, headers, exc_info=None):
        if head and exc_info is None:
            raise AssertionError("Headers already set!")
        head[:] = [status, headers]
        return body.append
    try:
        result = app(env, start_response)
        try:
            body.extend(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        code, _, reason = head[0].partition(" ")
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in head[1]]
    except Exception:
        state.log("Error in wsgi app. " + traceback.format_exc(), "error")
        code, reason, headers = "500", "Internal Server Error", [(b"Content-Type", b"text/html")]
        body = [b"<html><h1>Internal Server Error</h1></html>"]
    return answer(int(code), reason, headers, b"".join(x.encode("latin-1") if isinstance(x, str) else x for x in body))


def answer(code, reason, headers, body):
    now = time.time()
    r = http.Response(b"HTTP/1.1", code, reason, http.Headers(headers), None, None, now, now)
    if "server" not in r.headers:
        r.headers["Server"] = SERVER
    if "date" not in r.headers:
        r.headers["Date"] = formatdate(usegmt=True)
    r.content = body
    return r


def app_for(flow):
    """(app, domain, port) of the classic registry for a flow, or None."""
    registry = sys.modules.get("libmproxy.flow")
    apps = registry.registry().apps if registry else None
    if not apps or not flow.live:
        return None
    r = flow.request
    for domain in (r.host, (r.headers.get("host") or "").split(":")[0]):
        app = apps.get((domain, r.port))
        if app is not None:
            return app, domain, r.port
    return None


def wanted():
    registry = sys.modules.get("libmproxy.flow")
    return bool(registry and registry.registry().apps)


async def serve(app, flow, domain, port):
    """Answer a flow by a WSGI app, in a thread."""
    from weirhost import threads
    env = environ(flow, domain, port)
    flow.response = await threads.run(call, app, env)


async def serve_asgi(app, flow):
    """Answer a flow by an ASGI app."""
    r = flow.request
    path, _, query = r.path.partition("?")
    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.1"}, "http_version": "1.1",
             "method": r.method, "scheme": r.scheme, "path": urllib.parse.unquote(path), "raw_path": path.encode(),
             "query_string": query.encode(), "root_path": "", "headers": [(k.lower(), v) for k, v in r.headers.fields],
             "server": (r.host, r.port), "client": flow.client_conn.peername, "extensions": {"mitmproxy.master": None}}
    sent, head, body = False, [], []

    async def receive():
        nonlocal sent
        if sent:
            await asyncio.get_running_loop().create_future()
        sent = True
        return {"type": "http.request", "body": r.raw_content or b"", "more_body": False}

    async def send(event):
        if event["type"] == "http.response.start":
            head[:] = [event["status"], list(event.get("headers", ()))]
        elif event["type"] == "http.response.body":
            body.append(event.get("body", b""))
    try:
        await app(scope, receive, send)
        headers = [(bytes(k), bytes(v)) for k, v in head[1]]
        flow.response = answer(head[0], http.Response.make(head[0]).reason, headers, b"".join(body))
    except Exception:
        state.log("Error in asgi app. " + traceback.format_exc(), "error")
        flow.response = http.Response.make(500, b"ASGI Error.")
