"""Text, bytes and URLs."""
from libmproxy.utils import hostport as hostport
from libmproxy.utils import parse_content_type as parse_content_type
from libmproxy.utils import parse_url as parse_url
from libmproxy.utils import pretty_size as pretty_size
from libmproxy.utils import unparse_url as unparse_url
from libmproxy.utils import urldecode as urldecode
from libmproxy.utils import urlencode as urlencode
from mitmproxy.net.check import is_valid_host as is_valid_host
from mitmproxy.net.check import is_valid_port as is_valid_port
from mitmproxy.utils.bits import getbit as getbit
from mitmproxy.utils.bits import setbit as setbit

def cleanBin(s: str, fixspacing: bool = ...) -> str: ...
def hexdump(s: str | bytes) -> list[tuple[str, str, str]]: ...
def isascii(s: str) -> bool: ...
