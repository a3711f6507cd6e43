"""Marks by name. Names that are not here are found in Unicode's own."""

emoji: dict[str, str]
