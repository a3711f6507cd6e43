"""Scripts as modules."""
from types import ModuleType

def load_script(path: str) -> ModuleType | None: ...
