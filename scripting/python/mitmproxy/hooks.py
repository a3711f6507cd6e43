"""Names of all events."""
import dataclasses
import re
import warnings

_NAMES = """load configure running done update add_log
client_connected client_disconnected server_connect server_connected server_disconnected server_connect_error
http_connect http_connect_upstream http_connected http_connect_error requestheaders request responseheaders response error
tls_clienthello tls_start_client tls_start_server tls_established_client tls_established_server tls_failed_client
tls_failed_server quic_start_client quic_start_server tcp_start tcp_message tcp_end tcp_error udp_start udp_message
udp_end udp_error dns_request dns_response dns_error websocket_start websocket_message websocket_end socks5_auth
next_layer""".split()
_OF_FLOWS = ("requestheaders", "request", "responseheaders", "response", "error")


all_hooks = {}          # name of the handlers → class


class Hook:
    """An event; `name` is that of its handlers. Those that scripts define are dataclasses, named after their class;
    those without a name stand for several."""

    name = ""

    def __new__(cls, *args, **kw):
        if cls is Hook:
            raise TypeError("Hook may not be instantiated directly.")
        if not dataclasses.is_dataclass(cls):
            raise TypeError("Subclass is not a dataclass.")
        return super().__new__(cls)

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        if "name" not in cls.__dict__:
            cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Hook")).lower()
        if not cls.name:
            return
        known = all_hooks.setdefault(cls.name, cls)
        if known is not cls and known.__qualname__ != cls.__qualname__:
            warnings.warn(f"Two conflicting event classes for {cls.name}: {cls} and {known}", RuntimeWarning, stacklevel=2)
        all_hooks[cls.name] = cls

    def args(self):
        """What handlers are called with."""
        return [getattr(self, f.name) for f in dataclasses.fields(self)]


@dataclasses.dataclass
class FlowHook(Hook):
    """An event of a flow."""

    name = ""
    flow: object


@dataclasses.dataclass
class DataHook(Hook):
    """An event with data of its own."""

    name = ""
    data: object


# What the others are about.
_OTHERS = {"load": "loader", "configure": "updated", "update": "flows", "add_log": "entry", "client_connected": "client",
           "client_disconnected": "client"}


def _class(name):
    camel = re.sub(r"(?:^|_)([a-z])", lambda m: m[1].upper(), name) + "Hook"
    if name in _OF_FLOWS or name.startswith(("http_", "tcp_", "udp_", "dns_", "websocket_")):
        return type(camel, (FlowHook,), {"name": name})
    if name.startswith(("server_", "tls_", "quic_", "next_layer", "socks5_")):
        return type(camel, (DataHook,), {"name": name})
    return dataclasses.make_dataclass(camel, [_OTHERS[name]] if name in _OTHERS else [], bases=(Hook,), namespace={"name": name})


globals().update({c.__name__: c for c in map(_class, _NAMES)})
