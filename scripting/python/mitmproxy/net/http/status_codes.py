"""Status codes by name, and their phrases."""
import http

import _weir

RESPONSES = {n: _weir.phrase(n) for n in range(100, 600) if _weir.phrase(n)}
globals().update({s.name: int(s) for s in http.HTTPStatus})
# Names that Python has otherwise, or not in all its versions.
SWITCHING, MULTIPLE_CHOICE, NOT_ALLOWED, PROXY_AUTH_REQUIRED, IM_A_TEAPOT = 101, 300, 405, 407, 418
REQUEST_ENTITY_TOO_LARGE, REQUEST_URI_TOO_LONG, REQUESTED_RANGE_NOT_SATISFIABLE, INSUFFICIENT_STORAGE_SPACE = 413, 414, 416, 507
PAYLOAD_TOO_LARGE, UNPROCESSABLE_CONTENT = 413, 422
NO_RESPONSE = 444
CLIENT_CLOSED_REQUEST = 499
