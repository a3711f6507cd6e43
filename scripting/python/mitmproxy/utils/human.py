"""Sizes, times and addresses for people."""
import datetime
import ipaddress
import re

SIZE_UNITS = {"b": 1024 ** 0, "k": 1024 ** 1, "m": 1024 ** 2, "g": 1024 ** 3, "t": 1024 ** 4}


def pretty_size(size):
    """100b, 1.0k, …"""
    unit = "b"
    for u, factor in SIZE_UNITS.items():
        if size >= factor:
            unit = u
    n = size / SIZE_UNITS[unit]
    return f"{size}b" if unit == "b" else f"{n:.1f}{unit}" if n < 100 else f"{n:.0f}{unit}"


def parse_size(s):
    """"1k" → 1024; None for None, ValueError for nonsense."""
    if s is None:
        return None
    m = re.fullmatch(r"(\d+)([bkmgt]?)", s.lower())
    if not m:
        raise ValueError("Invalid size specification.")
    return int(m[1]) * SIZE_UNITS[m[2] or "b"]


def pretty_duration(secs):
    if secs is None:
        return ""
    if secs >= 100:
        return f"{secs:.0f}s"
    if secs >= 10:
        return f"{secs:.1f}s"
    if secs >= 1:
        return f"{secs:.2f}s"
    return f"{secs * 1000:.0f}ms"


def format_timestamp(s):
    return datetime.datetime.fromtimestamp(s).strftime("%Y-%m-%d %H:%M:%S")


def format_timestamp_with_milli(s):
    return datetime.datetime.fromtimestamp(s).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def format_address(address):
    """"host:port" """
    if address is None:
        return "<no address>"
    host, port = address[:2]
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return f"{host}:{port}"
    if ip.is_unspecified:
        return f"*:{port}"
    if ip.version == 4:
        return f"{ip}:{port}"
    if ip.ipv4_mapped:
        return f"{ip.ipv4_mapped}:{port}"
    return f"[{ip}]:{port}"
