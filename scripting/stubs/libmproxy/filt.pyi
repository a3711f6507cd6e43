"""Filter expressions."""
from typing import Any

def parse(s: Any) -> Any: ...
