"""What can be saved."""
import abc
import uuid


class Serializable(abc.ABC):
    """Whatever has a state: flows, messages, connections, and classes of your own."""

    @classmethod
    @abc.abstractmethod
    def from_state(cls, state):
        """An object in that state."""

    @abc.abstractmethod
    def get_state(self):
        """Plain values that the object can be made of again."""

    @abc.abstractmethod
    def set_state(self, state):
        """Take over a state."""

    def copy(self):
        state = self.get_state()
        if isinstance(state, dict) and "id" in state:
            state["id"] = str(uuid.uuid4())
        return self.from_state(state)

    @classmethod
    def __subclasshook__(cls, other):
        if cls is Serializable:
            return all(hasattr(other, n) for n in ("from_state", "get_state", "set_state"))
        return NotImplemented
