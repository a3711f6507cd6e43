"""The connections around a layer."""
from mitmproxy.connection import Client, Server
from mitmproxy.optmanager import ProgramOptions
from mitmproxy.proxy.layer import Layer

class Context:
    def __init__(self, client: Client, options: ProgramOptions, server: Server = ...) -> None: ...
    client: Client
    layers: list[Layer]
    options: ProgramOptions
    server: Server
