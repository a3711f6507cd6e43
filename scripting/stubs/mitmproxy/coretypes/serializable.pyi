"""What can be saved."""
import abc
from typing import Any

class Serializable(abc.ABC):
    """Whatever has a state: flows, messages, connections, and classes of your own."""
    def copy(self) -> Any: ...
    @classmethod
    @abc.abstractmethod
    def from_state(cls, state: Any) -> Any: ...
    @abc.abstractmethod
    def get_state(self) -> Any: ...
    @abc.abstractmethod
    def set_state(self, state: Any) -> None: ...
