"""Types of options."""
import collections.abc
import types
import typing

_UNIONS = (typing.Union, getattr(types, "UnionType", typing.Union))
_SEQUENCES = (collections.abc.Sequence, list)


def check_option_type(name, value, typeinfo):
    """TypeError if a value is not of that type."""
    if not _fits(value, typeinfo):
        raise TypeError(f"Expected {typeinfo} for {name}, but got {type(value)}.")


def _fits(value, t):
    origin, args = typing.get_origin(t), typing.get_args(t)
    if t is typing.Any:
        return True
    if origin in _UNIONS:
        return any(_fits(value, a) for a in args)
    if origin is tuple:
        return isinstance(value, (tuple, list)) and len(value) == len(args) and all(map(_fits, value, args))
    if origin in _SEQUENCES:
        return isinstance(value, (tuple, list)) and all(_fits(v, args[0]) for v in value)
    return isinstance(value, t) and (t is bool or not isinstance(value, bool))


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
