import logging

from mitmproxy import ctx, http


def request(flow: http.HTTPFlow) -> None:
    if flow.request.path == "/one":
        logging.info("shutting down")
        ctx.master.shutdown()
# ends: the program
# expect: f.request.path == "/one"
# live: "shutting down" in output()
