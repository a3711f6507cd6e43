"""Handlers that run in threads beside each other."""
from typing import Any
from collections.abc import Awaitable, Callable

def concurrent(fn: Callable[..., Any]) -> Callable[..., Awaitable[Any]]: ...
