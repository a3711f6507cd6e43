def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return ["hello from " + environ["SERVER_NAME"]]


def start(context, argv):
    context.app_registry.add(app, "elsewhere.test", 80)
    context.app_registry.add(app, "1.2.3.4", 443)


def request(context, flow):
    flow.request.headers["x-app"] = [str(len(context.app_registry.apps))]
# traffic: app
# expect: f.request.headers.get("x-app") in (None, "2")
# live: client == b"hello from elsewhere.test" and not origin
