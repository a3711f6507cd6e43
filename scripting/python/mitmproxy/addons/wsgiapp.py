"""Web applications inside the proxy, under the name of older releases."""
from mitmproxy.addons.asgiapp import WSGIApp

__all__ = ["WSGIApp"]
