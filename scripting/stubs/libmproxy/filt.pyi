"""Filter expressions."""
from collections.abc import Callable

from libmproxy.protocol.http import HTTPFlow

def parse(s: str) -> Callable[[HTTPFlow], bool] | None: ...
