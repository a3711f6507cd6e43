class Header:
    def response(self, flow):
        flow.response.headers["x-count"] = "1"


addons = [Header()]
# expect: f.response.headers["X-Count"] == "1"
# live: b"x-count: 1" in client.lower()
# traffic: raw
