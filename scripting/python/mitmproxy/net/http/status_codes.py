"""Status codes by name, and their phrases."""
import http

import _weir

RESPONSES = {n: _weir.phrase(n) for n in range(100, 600) if _weir.phrase(n)}
globals().update({s.name: int(s) for s in http.HTTPStatus})
IM_A_TEAPOT = 418
NO_RESPONSE = 444
CLIENT_CLOSED_REQUEST = 499
