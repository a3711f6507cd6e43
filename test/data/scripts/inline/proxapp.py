def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return ["hello from " + environ["SERVER_NAME"]]


def start(context, argv):
    context.app_registry.add(app, "app.test", 80)


def response(context, flow):
    flow.response.headers["x-app"] = [str(len(context.app_registry.apps))]
# expect: f.response.headers["x-app"] == "1"
