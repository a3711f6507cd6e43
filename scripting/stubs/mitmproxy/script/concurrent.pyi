"""Handlers that run in threads beside each other."""
from typing import Any

def concurrent(fn: Any) -> Any: ...
