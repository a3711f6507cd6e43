"""Exceptions that scripts raise and catch."""


class MitmproxyException(Exception):
    """The base of all."""

    def __init__(self, message=None):
        super().__init__(message)


class FlowReadException(MitmproxyException):
    """A flow file cannot be read."""


class ControlException(MitmproxyException):
    """A flow cannot be controlled like that."""


class CommandError(MitmproxyException):
    """A command failed or does not exist."""


class OptionsError(MitmproxyException):
    """An option has a bad value."""


class AddonManagerError(MitmproxyException):
    """An addon cannot be added."""


class AddonHalt(MitmproxyException):
    """No further addon shall see this event."""


class TypeError(MitmproxyException):
    """A value has the wrong type."""


# Names of older releases, for scripts that still import them: what each was a kind of.
_OLD = {"NetlibException": "MitmproxyException", "ServerException": "MitmproxyException", "ReplayException": "MitmproxyException",
        "ScriptException": "MitmproxyException", "FilterException": "MitmproxyException", "Kill": "MitmproxyException",
        "ContentViewException": "MitmproxyException", "SetServerNotAllowedException": "MitmproxyException",
        "SessionLoadException": "MitmproxyException", "ProtocolException": "MitmproxyException", "HttpException": "NetlibException",
        "HttpSyntaxException": "HttpException", "HttpReadDisconnect": "HttpException", "TcpException": "NetlibException",
        "TcpDisconnect": "TcpException", "TcpReadIncomplete": "TcpException", "TcpTimeout": "TcpException", "Timeout": "TcpException",
        "TlsException": "NetlibException", "InvalidCertificateException": "TlsException", "TlsProtocolException": "ProtocolException",
        "ClientHandshakeException": "TlsProtocolException", "InvalidServerCertificate": "TlsProtocolException",
        "Socks5ProtocolException": "ProtocolException", "HttpProtocolException": "ProtocolException",
        "Http2ProtocolException": "ProtocolException", "Http2ZombieException": "ProtocolException"}
for _name, _base in _OLD.items():
    globals()[_name] = type(_name, (globals()[_base],), {"__module__": __name__})
