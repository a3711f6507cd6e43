from mitmproxy.addons import asgiapp


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]


addons = [asgiapp.WSGIApp(app, "app.test", 80)]


def response(flow):
    flow.comment = addons[0].name
# expect: "app.test" in f.comment
