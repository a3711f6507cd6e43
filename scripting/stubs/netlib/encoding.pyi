"""Content codings."""
from libmproxy.encoding import ENCODINGS as ENCODINGS
from libmproxy.encoding import decode as decode
from libmproxy.encoding import encode as encode
