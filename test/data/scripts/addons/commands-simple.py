import logging

from mitmproxy import command, ctx


class Counter:
    def __init__(self):
        self.n = 0

    @command.command("my.count")
    def count(self) -> None:
        """Count one more."""
        self.n += 1
        logging.info("counted to %d", self.n)

    def request(self, flow):
        ctx.master.commands.call("my.count")
        ctx.master.commands.execute("my.count")
        flow.comment = str(self.n)


addons = [Counter()]
# expect: f.comment == "2"
# live: "counted to 2" in output()
