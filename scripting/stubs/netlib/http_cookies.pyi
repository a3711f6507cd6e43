"""Cookies, under the name of earlier releases."""
from netlib.http.cookies import format_cookie_header as format_cookie_header
from netlib.http.cookies import format_set_cookie_header as format_set_cookie_header
from netlib.http.cookies import parse_cookie_header as parse_cookie_header
from netlib.http.cookies import parse_set_cookie_header as parse_set_cookie_header
