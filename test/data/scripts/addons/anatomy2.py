import logging


def request(flow):
    logging.info("path %s", flow.request.path)
    flow.metadata["seen"] = "yes"
# expect: f.metadata["seen"] == "yes"
