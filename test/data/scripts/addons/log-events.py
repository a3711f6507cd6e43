import logging

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader
from mitmproxy.log import ALERT

logger = logging.getLogger(__name__)


def load(loader: Loader):
    logger.info("an info")
    logger.warning("a warning")
    logger.log(ALERT, "an alert")
    ctx.log.warn("an old way")


def response(flow):
    logging.debug("not seen")
    flow.comment = "said"
# expect: f.comment == "said"
# live: all(x in output() for x in ("an info", "a warning", "an alert", "an old way")) and "not seen" not in output()
