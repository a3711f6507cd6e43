"""Exceptions that scripts raise and catch."""
from typing import Any

class AddonHalt(MitmproxyException):
    """No further addon shall see this event."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class AddonManagerError(MitmproxyException):
    """An addon cannot be added."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class CommandError(MitmproxyException):
    """A command failed or does not exist."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class ControlException(MitmproxyException):
    """A flow cannot be controlled like that."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class FilterException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class FlowReadException(MitmproxyException):
    """A flow file cannot be read."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class HttpException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class HttpReadDisconnect(HttpException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class HttpSyntaxException(HttpException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class InvalidCertificateException(TlsException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Kill(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class MitmproxyException(Exception):
    """The base of all."""
    def __init__(self, message: Any = ...) -> None: ...

class NetlibException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class OptionsError(MitmproxyException):
    """An option has a bad value."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class ReplayException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class ScriptException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class ServerException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class TcpException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class TlsException(MitmproxyException):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class TypeError(MitmproxyException):
    """A value has the wrong type."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
