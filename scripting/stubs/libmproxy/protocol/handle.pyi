"""Protocols by name."""
from typing import Any

from libmproxy.protocol.tcp import TCPHandler as TCPHandler
protocols: Any
