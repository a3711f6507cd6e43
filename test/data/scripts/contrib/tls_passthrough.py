import collections
import logging
from enum import Enum

from mitmproxy import connection, ctx, tls
from mitmproxy.addonmanager import Loader
from mitmproxy.utils import human


class Result(Enum):
    SUCCESS = 1
    FAILURE = 2


class Strategy:
    def __init__(self):
        self.history = collections.defaultdict(lambda: collections.deque(maxlen=200))

    def record(self, address, result):
        self.history[address].append(result)

    def should_intercept(self, address) -> bool:
        return Result.FAILURE not in self.history[address]


class MaybeTls:
    def __init__(self):
        self.strategy = Strategy()

    def load(self, loader: Loader):
        loader.add_option("tls_strategy", int, 0, "Nothing but zero is there.")

    @staticmethod
    def get_addr(server: connection.Server):
        return server.peername or server.address

    def tls_clienthello(self, data: tls.ClientHelloData):
        if not self.strategy.should_intercept(self.get_addr(data.context.server)):
            logging.info("TLS passthrough: %s.", human.format_address(self.get_addr(data.context.server)))
            data.ignore_connection = True

    def tls_established_client(self, data: tls.TlsData):
        logging.info("TLS handshake successful: %s", human.format_address(self.get_addr(data.context.server)))
        self.strategy.record(self.get_addr(data.context.server), Result.SUCCESS)

    def tls_failed_client(self, data: tls.TlsData):
        logging.info("TLS handshake failed: %s", human.format_address(self.get_addr(data.context.server)))
        self.strategy.record(self.get_addr(data.context.server), Result.FAILURE)

    def request(self, flow):
        flow.comment = str(ctx.options.tls_strategy)


addons = [MaybeTls()]
# traffic: tls
# expect: f.comment == "0"
# live: "TLS handshake successful: 127.0.0.1:" in output() and client == b"hello\n"
