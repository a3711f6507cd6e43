"""The version of the classic helpers."""
IVERSION = (0, 13)
VERSION = "0.13"
MINORVERSION = "0.13"
NAME = "netlib"
NAMEVERSION = NAME + " " + VERSION
