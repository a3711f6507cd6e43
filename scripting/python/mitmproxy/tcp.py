"""Raw TCP conversations."""
import time

from mitmproxy import flow


class TCPMessage:
    """One piece of a conversation."""

    def __init__(self, from_client, content, timestamp=None):
        self.from_client, self.content = from_client, content
        self.timestamp = timestamp or time.time()

    def __repr__(self):
        return "{} {}".format("->" if self.from_client else "<-", repr(self.content))

    def get_state(self):
        return self.from_client, self.content, self.timestamp

    def set_state(self, state):
        self.from_client, self.content, self.timestamp = state

    @classmethod
    def from_state(cls, state):
        return cls(*state)

    def copy(self):
        """An independent copy."""
        return self.from_state(self.get_state())


class TCPFlow(flow.Flow):
    """A conversation, message by message."""

    type = "tcp"
    _message = TCPMessage

    def __init__(self, client_conn, server_conn, live=False):
        super().__init__(client_conn, server_conn, live)
        self.messages = []

    def __repr__(self):
        return f"<{type(self).__name__} ({len(self.messages)} messages)>"

    def _messages_state(self):
        return {"messages": [m.get_state() for m in self.messages]}

    def _set_messages_state(self, state):
        self.messages = [self._message.from_state(m) for m in state["messages"]]

    def _copy_messages(self, other):
        other.messages = [self._message.from_state(m.get_state()) for m in self.messages]

    def _load_messages(self, record):
        messages = self.__dict__.setdefault("messages", [])
        n = flow._known_messages(record, messages)
        messages[n:] = [self._message(f[1], f[2], f[3]) for f in record.frames(n)]

    def _record(self):
        record = super()._record()
        record.set_frames([(0, m.from_client, m.content, m.timestamp, False, False) for m in self.messages])
        return record
