"""Cookies, under the name of earlier releases."""
from netlib.http.cookies import format_cookie_header, format_set_cookie_header, parse_cookie_header, parse_set_cookie_header

__all__ = ["format_cookie_header", "format_set_cookie_header", "parse_cookie_header", "parse_set_cookie_header"]
