"""Whether hosts and ports may be such."""
import ipaddress
import re

_LABEL = re.compile(rb"[A-Z\d_-]{1,63}", re.I)


def is_valid_host(host):
    """Whether a text, or its IDNA form in bytes, is a name or an address."""
    try:
        data = host.encode("idna") if isinstance(host, str) else host
    except ValueError:
        return False
    if len(data) <= 255 and all(map(_LABEL.fullmatch, data.removesuffix(b".").split(b"."))):
        return b"xn--" not in data or _has_meaning(data)
    try:
        ipaddress.ip_address(data.decode("idna"))
        return True
    except ValueError:
        return False


def _has_meaning(data):
    """Whether the IDNA form of a name stands for one."""
    try:
        return bool(data.decode("idna"))
    except UnicodeError:
        return False


def is_valid_port(port):
    return 0 <= port <= 65535
