"""The version of the classic helpers."""

IVERSION: tuple[int, int]
MINORVERSION: str
NAME: str
NAMEVERSION: str
VERSION: str
