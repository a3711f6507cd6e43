"""What flows of all protocols share."""
import copy as _copy
import json
import time
import uuid

import _weir

from mitmproxy import connection, exceptions, version


class Error:
    """Why a flow ended badly: a text and a time."""

    KILLED_MESSAGE = "Connection killed."

    def __init__(self, msg, timestamp=None):
        self.msg = msg
        self.timestamp = timestamp or time.time()

    def __str__(self):
        return self.msg

    def __repr__(self):
        return self.msg

    def __eq__(self, other):
        return isinstance(other, Error) and (self.msg, self.timestamp) == (other.msg, other.timestamp)

    __hash__ = None

    def get_state(self):
        return {"msg": self.msg, "timestamp": self.timestamp}

    def set_state(self, state):
        self.msg, self.timestamp = state["msg"], state["timestamp"]

    @classmethod
    def from_state(cls, state):
        return cls(state["msg"], state["timestamp"])

    copy = _copy.copy


def _known_messages(record, messages):
    """How many of these messages are the record's first ones still; they keep their objects. One that is more than a
    flow may keep is shown but once: the next time another one stands there."""
    n, step = min(len(messages), record.nmessages), 1
    while n > 0 and record.message_time(n - 1) != messages[n - 1].timestamp:
        n, step = max(n - step, 0), step * 2
    return n


class Flow(_weir.Flow):
    """A flow: client and server connection, marks, and what its protocol adds."""

    type = ""
    types = {}

    _meta_was = None        # what the program has of the metadata
    _backup = None
    _back_up = False
    _resumed = None
    _unseen = False         # no hooks run for it
    _last = None            # the message that an event is about
    _classic = None         # the object that classic scripts see
    _replied = False        # a classic script has answered it

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        if cls.type:
            Flow.types.setdefault(cls.type, cls)

    def __init__(self, client_conn, server_conn, live=False):
        self.id = str(uuid.uuid4())
        self.client_conn = client_conn
        self.server_conn = server_conn
        self.live = bool(live)
        self.timestamp_created = time.time()
        self.metadata = {}

    # --- parts that are made when they are looked at (_weir.Flow)

    def _error_of(self, text, timestamp):
        return Error(text, timestamp)

    def _client_of(self, handle):
        return connection.of_handle(handle) if handle is not None else None

    def _server_of(self, handle):
        return connection.of_handle(handle) if handle is not None else connection._not_yet(self.client_conn)

    def _meta_of(self, texts):
        meta = {k: json.loads(v) for k, v in texts.items() if v is not None}
        self._meta_was = _copy.deepcopy(meta)
        return meta

    # --- state

    def get_state(self):
        """The flow as plain data, as it stands in flow files."""
        state = {
            "version": version.FLOW_FORMAT_VERSION,
            "type": self.type,
            "id": self.id,
            "error": self.error.get_state() if self.error else None,
            "client_conn": (self.client_conn or connection.Client()).get_state(),
            "server_conn": (self.server_conn or connection.Server()).get_state(),
            "intercepted": self.intercepted,
            "is_replay": self.is_replay,
            "marked": self.marked,
            "metadata": _copy.deepcopy(self.metadata),
            "comment": self.comment,
            "timestamp_created": self.timestamp_created,
        }
        state.update(self._messages_state())
        if self._backup and self._backup != state:
            state["backup"] = self._backup
        return state

    def set_state(self, state):
        state = dict(state)
        self._backup = state.pop("backup", None)
        self.id = state["id"]
        self.error = Error.from_state(state["error"]) if state["error"] else None
        self.client_conn = connection.Client.from_state(state["client_conn"])
        self.server_conn = connection.Server.from_state(state["server_conn"])
        self.intercepted = state["intercepted"]
        self.is_replay = state["is_replay"]
        self.marked = state["marked"]
        self.metadata = _copy.deepcopy(state["metadata"])
        self.comment = state["comment"]
        self.timestamp_created = state.get("timestamp_created", time.time())
        self._set_messages_state(state)

    @classmethod
    def from_state(cls, state):
        kind = Flow.types[state["type"]] if cls is Flow else cls
        f = kind.__new__(kind)
        f.set_state(state)
        return f

    def _messages_state(self):
        return {}

    def _set_messages_state(self, state):
        pass

    def _copy_messages(self, other):
        pass

    def _load_messages(self, record):
        pass

    def _store_messages(self, record):
        pass

    def copy(self):
        """A copy with an id of its own, not live."""
        f = type(self).__new__(type(self))
        f.id = str(uuid.uuid4())
        f.client_conn, f.server_conn = self.client_conn, self.server_conn
        f.error = self.error.copy() if self.error else None
        f.intercepted, f.is_replay, f.marked, f.comment = self.intercepted, self.is_replay, self.marked, self.comment
        f.metadata = _copy.deepcopy(self.metadata)
        f.timestamp_created = self.timestamp_created
        self._copy_messages(f)
        return f

    # --- undoing

    def modified(self):
        """True when there is a backup."""
        return self._backup is not None

    def backup(self, force=False):
        """Remember the present state unless there is a memory already."""
        if self._backup is None or force:
            self._backup = self.get_state()
            if self._call is not None:
                self._call.backup()
            else:
                self._back_up = True

    def revert(self):
        """Go back to the state that was remembered."""
        if self._backup:
            state, self._backup = self._backup, None
            live, intercepted = self.live, self.intercepted
            self.set_state(state)
            self.live, self.intercepted = live, intercepted

    # --- deciding

    @property
    def killable(self):
        """Whether there is still something to end."""
        return self.live and not (self.error and self.error.msg == Error.KILLED_MESSAGE)

    def kill(self):
        """End the exchange; the client gets no answer."""
        if not self.killable:
            raise exceptions.ControlException("Flow is not killable.")
        self.error = Error(Error.KILLED_MESSAGE)
        self.intercepted = False
        self.live = False
        self._verdict |= _weir.HV_KILL
        if self._call is None and self._ref:
            from weirhost import flows
            flows.kill(self)
        self._wake()

    def intercept(self):
        """Hold the flow until somebody resumes it."""
        if not self.intercepted:
            self.intercepted = True
            self._verdict |= _weir.HV_INTERCEPT

    def resume(self):
        """Let an intercepted flow go on."""
        if not self.intercepted:
            return
        self.intercepted = False
        self._verdict &= ~_weir.HV_INTERCEPT
        if self._call is None and self._ref:
            from weirhost import flows
            flows.resume(self)
        self._wake()

    async def wait_for_resume(self):
        """Wait until the flow is not intercepted any more."""
        if not self.intercepted:
            return
        if self._resumed is None:
            import asyncio
            self._resumed = asyncio.Event()
        await self._resumed.wait()

    def _wake(self):
        if self._resumed is not None:
            self._resumed.set()
            self._resumed = None

    @property
    def timestamp_start(self):
        return self.client_conn.timestamp_start if self.client_conn else self.timestamp_created

    # --- exchange with the program (weirhost.flows)

    def _store_marks(self, record, marked_was, comment_was, texts_was):
        """Put marks that were changed here into the record; the others say what the record has."""
        marked, comment, meta = self.marked or None, self.comment or None, self.metadata
        if (marked, comment) == (marked_was, comment_was) and (
                not meta and not texts_was or meta == (self._meta_was or {})):
            return
        texts = dict.fromkeys(texts_was or ())
        for k, v in meta.items():
            texts[str(k)] = json.dumps(v, default=str)
        record.marks(marked, comment, texts)
        self._meta_was = _copy.deepcopy(meta)

    def _record(self):
        """A record of its own with all that is here."""
        record = _weir.record(self.type)
        e = self.error
        record.setup(self.id, self.live, self.timestamp_created or 0.0, e.msg if e else None,
                     e.timestamp if e else 0.0, self.is_replay, self._client or connection._handle_of(self.client_conn),
                     self._server or connection._handle_of(self.server_conn))
        # What the program has of the metadata stays known: this record may be but looked at.
        known, self._meta_was = self._meta_was, None
        try:
            self._store(record, True)
        finally:
            self._meta_was = known
        return record
