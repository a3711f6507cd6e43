from mitmproxy import contentviews


class Shout(contentviews.InteractiveContentview):
    def prettify(self, data, metadata):
        return data.decode(errors="replace").upper()

    def reencode(self, prettified, metadata):
        return prettified.lower().encode()

    def render_priority(self, data, metadata):
        return 2 if metadata.content_type == "text/plain" else 0


contentviews.add(Shout)


def response(flow):
    m = contentviews.Metadata(flow=flow, content_type="text/plain")
    view = contentviews.get("shout")
    flow.comment = view.prettify(b"quiet", m) + view.reencode("LOUD", m).decode()
# expect: f.comment == "QUIETloud"
# args: --set flow_detail=3
# live: "HELLO" in output()
