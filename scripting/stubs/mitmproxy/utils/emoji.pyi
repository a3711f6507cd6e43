"""Marks by name. Names that are not here are found in Unicode's own."""
from typing import Any

emoji: Any
