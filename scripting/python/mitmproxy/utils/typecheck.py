"""Types of options."""
import typing

from mitmproxy.optmanager import _SEQUENCES, _UNIONS, _fits


def check_option_type(name, value, typeinfo):
    """TypeError if a value is not of that type."""
    if not _fits(value, typeinfo):
        raise TypeError(f"Expected {typeinfo} for {name}, but got {type(value)}.")


def typespec_to_str(typespec):
    """The type of an option in words."""
    args = typing.get_args(typespec)
    if typespec in (str, int, float, bool):
        return typespec.__name__
    if typing.get_origin(typespec) in _SEQUENCES and args == (str,):
        return "sequence of str"
    if typing.get_origin(typespec) in _UNIONS and len(args) == 2 and args[1] is type(None):
        return f"optional {typespec_to_str(args[0])}"
    raise NotImplementedError(f"no option has the type {typespec}")
