"""The version of the classic face."""
IVERSION: tuple[int, int]
VERSION: str
MINORVERSION: str
NAME: str
NAMEVERSION: str
