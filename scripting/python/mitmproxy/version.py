"""Versions, as scripts ask for them."""
VERSION = "12.2.3"
MITMPROXY = "mitmproxy " + VERSION
FLOW_FORMAT_VERSION = 17


def get_dev_version():
    return VERSION
