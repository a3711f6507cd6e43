"""Helpers for parts of HTTP messages."""


def __getattr__(name):      # `Headers` lived here in older releases
    if name == "Headers":
        from mitmproxy.http import Headers
        return Headers
    raise AttributeError(name)
