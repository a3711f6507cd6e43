"""Exceptions that scripts raise and catch."""
from typing import Any

class AddonHalt(MitmproxyException):
    """No further addon shall see this event."""

class AddonManagerError(MitmproxyException):
    """An addon cannot be added."""

class CommandError(MitmproxyException):
    """A command failed or does not exist."""

class ControlException(MitmproxyException):
    """A flow cannot be controlled like that."""

class FilterException(MitmproxyException): ...

class FlowReadException(MitmproxyException):
    """A flow file cannot be read."""

class HttpException(MitmproxyException): ...

class HttpReadDisconnect(HttpException): ...

class HttpSyntaxException(HttpException): ...

class InvalidCertificateException(TlsException): ...

class Kill(MitmproxyException): ...

class MitmproxyException(Exception):
    """The base of all."""
    def __init__(self, message: Any = ...) -> None: ...

class NetlibException(MitmproxyException): ...

class OptionsError(MitmproxyException):
    """An option has a bad value."""

class ReplayException(MitmproxyException): ...

class ScriptException(MitmproxyException): ...

class ServerException(MitmproxyException): ...

class TcpException(MitmproxyException): ...

class TlsException(MitmproxyException): ...

class TypeError(MitmproxyException):
    """A value has the wrong type."""
