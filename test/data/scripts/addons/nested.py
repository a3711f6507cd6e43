from mitmproxy.exceptions import AddonHalt


class Last:
    def request(self, flow):
        flow.comment = "never"


class First:
    addons = [Last()]

    def request(self, flow):
        flow.comment = "halted"
        raise AddonHalt


addons = [First()]
# expect: f.comment == "halted"
