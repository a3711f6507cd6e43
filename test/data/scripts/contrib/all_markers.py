from mitmproxy import command, ctx
from mitmproxy.utils import emoji


@command.command("all.markers")
def all_markers() -> None:
    """A flow for each of the first marks."""
    for mark in list(emoji.emoji)[:3]:
        ctx.master.commands.call("view.flows.create", "get", f"https://example.test/{mark}")
        ctx.master.commands.call("flow.mark", [ctx.master.view[-1]], mark)


def request(flow):
    if flow.request.path == "/one":
        ctx.master.commands.call("all.markers")
        flow.comment = " ".join(f.marked for f in ctx.master.view if f.marked)
# expect: f.comment.count(":") == 6
