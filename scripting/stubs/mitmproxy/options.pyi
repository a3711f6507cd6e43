"""Options apart from those of the running program: for tests of addons."""
from typing import Any

from mitmproxy.optmanager import OptManager as OptManager

CONF_BASENAME: str
CONF_DIR: str

class Options(OptManager):
    """The reference's options with their defaults."""
    def __init__(self, **kwargs: Any) -> None: ...
