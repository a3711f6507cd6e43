"""Helpers for parts of HTTP messages."""


def __getattr__(name):      # what lived here in older releases
    if name in ("Headers", "Message", "Request", "Response", "parse_content_type"):
        from mitmproxy import http
        return getattr(http, name)
    raise AttributeError(name)
