"""WebSocket conversations."""
import enum
import time

from mitmproxy.flow import _known_messages


class Opcode(enum.IntEnum):
    """The kind of a message (RFC 6455 5.2); those of control frames are never one's."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


TEXT, BINARY = Opcode.TEXT, Opcode.BINARY
_KINDS = frozenset(Opcode)
_NO_TEXT = "WebSocket messages that are binary do not have a 'text' attribute."


class WebSocketMessage:
    """One message of a WebSocket."""

    def __init__(self, type, from_client, content, timestamp=None, dropped=False, injected=False):
        self.type = Opcode(type)
        self.from_client = from_client
        self.content = content
        self.timestamp = timestamp or time.time()
        self.dropped = dropped
        self.injected = injected

    def __repr__(self):
        return repr(self.content.decode(errors="replace") if self.is_text else self.content)

    @property
    def is_text(self):
        return self.type == 1

    @property
    def text(self):
        if not self.is_text:
            raise AttributeError(_NO_TEXT)
        return self.content.decode()

    @text.setter
    def text(self, value):
        if not self.is_text:
            raise AttributeError(_NO_TEXT)
        self.content = value.encode()

    def drop(self):
        """Do not pass this message on."""
        self.dropped = True

    kill = drop

    def get_state(self):
        return (int(self.type), self.from_client, self.content, self.timestamp, self.dropped, self.injected)

    def set_state(self, state):
        kind, self.from_client, self.content, self.timestamp, self.dropped, self.injected = state
        self.type = Opcode(kind)

    @classmethod
    def from_state(cls, state):
        return cls(*state)

    def copy(self):
        """An independent copy."""
        return self.from_state(self.get_state())


class WebSocketData:
    """The messages of a WebSocket and how it ended."""

    closed_by_client = close_code = close_reason = timestamp_end = None

    def __init__(self):
        self.messages = []

    def __repr__(self):
        return f"<WebSocketData ({len(self.messages)} messages)>"

    @classmethod
    def _of(cls, record, known=None):
        """Of what a record says; what is known of it already keeps its objects. None: there is no WebSocket."""
        n = _known_messages(record, known.messages) if known is not None else 0
        facts = record.websocket(n)
        if facts is None:
            return None
        w = known if known is not None else cls()
        w.messages[n:] = [WebSocketMessage(kind if kind in _KINDS else BINARY, *f) for kind, *f in facts[0]]
        w.closed_by_client, w.close_code, w.close_reason, w.timestamp_end = facts[1:]
        return w

    def _facts(self):
        return ([(m.type, bool(m.from_client), m.content, m.timestamp, bool(m.dropped), bool(m.injected))
                 for m in self.messages], bool(self.closed_by_client), int(self.close_code or 0), self.close_reason,
                self.timestamp_end or 0.0)

    def get_state(self):
        return {"messages": [m.get_state() for m in self.messages], "closed_by_client": self.closed_by_client,
                "close_code": self.close_code, "close_reason": self.close_reason, "timestamp_end": self.timestamp_end}

    def set_state(self, state):
        self.messages = [WebSocketMessage.from_state(m) for m in state["messages"]]
        for k in ("closed_by_client", "close_code", "close_reason", "timestamp_end"):
            setattr(self, k, state[k])

    @classmethod
    def from_state(cls, state):
        w = cls()
        w.set_state(state)
        return w

    def copy(self):
        """An independent copy."""
        return self.from_state(self.get_state())
