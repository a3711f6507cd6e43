"""Web applications inside the proxy."""


class _App:
    def __init__(self, app, host, port):
        self.app, self.host, self.port = app, host, port

    @property
    def name(self):
        return f"asgiapp:{self.host}:{self.port}"

    def should_serve(self, flow):
        """Whether the flow is for this application."""
        return bool((flow.request.pretty_host, flow.request.port) == (self.host, self.port) and flow.live
                    and not flow.error and not flow.response)


class WSGIApp(_App):
    """An addon that answers for a host and port by a WSGI application."""

    async def request(self, flow):
        if self.should_serve(flow):
            from weirhost import wsgi
            await wsgi.serve(self.app, flow, self.host, self.port)


class ASGIApp(_App):
    """An addon that answers for a host and port by an ASGI application."""

    async def request(self, flow):
        if self.should_serve(flow):
            from weirhost import wsgi
            await wsgi.serve_asgi(self.app, flow)
