"""Versions, as scripts ask for them."""
from typing import Any

FLOW_FORMAT_VERSION: int
MITMPROXY: str
VERSION: str
def get_dev_version() -> Any: ...
