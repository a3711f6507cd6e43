from mitmproxy.addons import asgiapp


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello from ", environ["PATH_INFO"].encode()]


def request(flow):
    flow.comment = addons[0].name


addons = [asgiapp.WSGIApp(app, "elsewhere.test", 80)]
# traffic: app
# expect: f.comment == "asgiapp:elsewhere.test:80"
# live: client == b"hello from /one" and not origin
