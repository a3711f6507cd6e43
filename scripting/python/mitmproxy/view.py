"""ctx.master.view: the flows that are shown."""
from mitmproxy import command


class View:
    def __iter__(self):
        return iter(command.resolve("@shown"))

    def __len__(self):
        return len(command.resolve("@shown"))

    def __getitem__(self, i):
        return command.resolve("@shown")[i]
