"""Commands of protocol layers. The layers here are names: the program's own are in C."""


class Command:
    pass


class Log(Command):
    def __init__(self, message, level="info"):
        self.message, self.level = message, level


class SendData(Command):
    pass


class OpenConnection(Command):
    pass


class CloseConnection(Command):
    pass


class StartHook(Command):
    pass
