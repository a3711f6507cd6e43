class Counter:
    def __init__(self):
        self.n = 0

    def request(self, flow):
        self.n += 1
        flow.comment = f"{self.n} so far"


addons = [Counter()]
# expect: f.comment == "1 so far"
