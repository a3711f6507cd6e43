"""Connections, by their older names."""

from mitmproxy.connection import Client as ClientConnection
from mitmproxy.connection import Server as ServerConnection
