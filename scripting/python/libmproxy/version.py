"""The version of the classic face."""
IVERSION = (0, 13)
VERSION = "0.13"
MINORVERSION = "0.13"
NAME = "mitmproxy"
NAMEVERSION = NAME + " " + VERSION
