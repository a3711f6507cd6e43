"""HTTP names."""
from typing import Any

class HttpError(Exception):
    """A message that is none."""
    def __init__(self, code: Any, message: Any) -> None: ...
    code: int

class HttpErrorConnClosed(HttpError):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
