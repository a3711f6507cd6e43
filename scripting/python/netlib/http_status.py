"""Status codes, under the name of earlier releases."""
from netlib.http.status_codes import RESPONSES, __all__, __getattr__
