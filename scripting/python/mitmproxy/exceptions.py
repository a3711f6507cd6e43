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


# Names of older releases, for scripts that still import them.

class HttpException(MitmproxyException):
    pass


class HttpSyntaxException(HttpException):
    pass


class HttpReadDisconnect(HttpException):
    pass


class NetlibException(MitmproxyException):
    pass


class TcpException(MitmproxyException):
    pass


class TlsException(MitmproxyException):
    pass


class ServerException(MitmproxyException):
    pass


class InvalidCertificateException(TlsException):
    pass


class ReplayException(MitmproxyException):
    pass


class ScriptException(MitmproxyException):
    pass


class FilterException(MitmproxyException):
    pass


class Kill(MitmproxyException):
    pass
