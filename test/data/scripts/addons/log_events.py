import logging

from mitmproxy import ctx
from mitmproxy.log import ALERT


def load(loader):
    logging.info("info")
    logging.log(ALERT, "alert")
    ctx.log.warn("an old way")


def response(flow):
    logging.warning("no trouble")
    flow.comment = "said"
# expect: f.comment == "said"
