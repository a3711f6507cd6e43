"""Status codes, under the name of earlier releases."""
from netlib.http.status_codes import RESPONSES as RESPONSES

def __getattr__(name: str) -> int: ...
