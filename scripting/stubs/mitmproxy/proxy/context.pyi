"""The connections around a layer."""
from mitmproxy.connection import Client, Server
from mitmproxy.optmanager import ProgramOptions
from mitmproxy.proxy.layer import Layer

class Context:
    """Who speaks with whom, and by which layers."""
    def __init__(self, client: Client, options: ProgramOptions, server: Server = ...) -> None: ...
    client: Client
    def fork(self) -> Context: ...
    layers: list[Layer]
    options: ProgramOptions
    server: Server
