"""Protocols by name."""
from libmproxy.protocol.tcp import TCPHandler

protocols = {"tcp": TCPHandler}
