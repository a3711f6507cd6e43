from __future__ import annotations

import pickle
from dataclasses import dataclass, field


@dataclass
class Seen:
    path: str
    names: list[str] = field(default_factory=list)


def request(flow):
    seen = Seen(flow.request.path)
    seen.names.append(flow.request.method)
    flow.comment = str(pickle.loads(pickle.dumps(seen)) == seen) + seen.path
# expect: f.comment == "True/one"
