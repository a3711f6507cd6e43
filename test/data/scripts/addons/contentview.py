from mitmproxy import contentviews


class SwapCase(contentviews.Contentview):
    def prettify(self, data: bytes, metadata: contentviews.Metadata) -> str:
        return data.swapcase().decode()

    def render_priority(self, data: bytes, metadata: contentviews.Metadata) -> float:
        return 10 if metadata.content_type and metadata.content_type.startswith("text/plain") else 0


contentviews.add(SwapCase)


def response(flow):
    flow.comment = contentviews.get("swapcase").name
# expect: f.comment == "SwapCase"
# args: --set flow_detail=3
# live: "HELLO" in output()
