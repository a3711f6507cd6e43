"""The proxy's configuration: it is the program's options."""


class ProxyConfig:
    def __init__(self, **settings):
        self.__dict__.update(settings)
