"""Ordered multi-dictionaries: lists of [key, value]."""
import copy
import re

from libmproxy import utils as _utils


def _text(x):
    return x.decode("latin-1") if isinstance(x, bytes) else x


class ODict:
    """
    A dictionary-like object for sets of key/value data.

    A key may be there several times: [] gives and takes the list of all its values. The pairs themselves, in
    order, are the list `lst`.
    """

    def __init__(self, lst=None):
        self.lst = [[_text(k), _text(v)] for k, v in lst or []]

    def _kconv(self, s):
        return s

    def __eq__(self, other):
        return isinstance(other, ODict) and [list(x) for x in self.lst] == [list(x) for x in other.lst]

    __hash__ = None

    def __bool__(self):
        return bool(self.lst)

    def __len__(self):
        return len(self.lst)

    def __iter__(self):
        return iter(self.lst)

    def __repr__(self):
        return repr(self.lst)

    def __str__(self):
        return self.format()

    def __getitem__(self, k):
        """All values of a key; an empty list if there is none."""
        k = self._kconv(_text(k))
        return [v for key, v in self.lst if self._kconv(key) == k]

    def __setitem__(self, k, values):
        """Replace the values of a key by a list of values."""
        if isinstance(values, (str, bytes)):
            raise ValueError("Expected list of values instead of string. Example: odict['Host'] = ['www.example.com']")
        k, kconv, new = _text(k), self._kconv, []
        values, key = [_text(v) for v in values], kconv(k)
        for pair in self.lst:
            if kconv(pair[0]) != key:
                new.append(pair)
            elif values:
                new.append([pair[0], values.pop(0)])
        new.extend([k, v] for v in values)
        self.lst = new

    def __delitem__(self, k):
        """Remove a key; nothing happens if it is not there."""
        k = self._kconv(_text(k))
        self.lst = [i for i in self.lst if self._kconv(i[0]) != k]

    def __contains__(self, k):
        k = self._kconv(_text(k))
        return any(self._kconv(i[0]) == k for i in self.lst)

    has_key = __contains__

    def add(self, key, value):
        """Append one more pair."""
        self.lst.append([_text(key), _text(value) if isinstance(value, (str, bytes)) else str(value)])

    def get(self, k, d=None):
        """The list of values of a key, or d."""
        return self[k] if k in self else d

    def get_first(self, k, d=None):
        """The first value of a key, or d."""
        values = self[k]
        return values[0] if values else d

    def keys(self):
        """The keys, each once."""
        return list(dict.fromkeys(self._kconv(i[0]) for i in self.lst))

    def values(self):
        return [v for _, v in self.lst]

    def items(self):
        """A copy of the pairs."""
        return self.lst[:]

    iteritems = items

    def extend(self, other):
        """Append all pairs of another."""
        self.lst.extend([k, v] for k, v in other.lst)

    def copy(self):
        """A deep copy."""
        return self.__class__(copy.deepcopy(self.lst))

    def format(self):
        return "".join(f"{k}: {v}\r\n" for k, v in self.lst)

    def in_any(self, key, value, caseless=False):
        """Whether a text stands in any of the values of a key."""
        value = _text(value).lower() if caseless else _text(value)
        return any(value in (v.lower() if caseless else v) for v in self[key])

    def match_re(self, expr):
        """Whether an expression is found in any "key: value"."""
        return any(re.search(_text(expr), f"{k}: {v}") for k, v in self.lst)

    def replace(self, pattern, repl, *args, **kwargs):
        """Replace an expression in keys and values; how often it was found."""
        count, new = 0, []
        for k, v in self.lst:
            k, n = _utils.safe_subn(pattern, repl, k, *args, **kwargs)
            v, m = _utils.safe_subn(pattern, repl, v, *args, **kwargs)
            count += n + m
            new.append([k, v])
        self.lst = new
        return count

    def get_state(self):
        return [tuple(i) for i in self.lst]

    def load_state(self, state):
        self.lst = [list(i) for i in state]

    @classmethod
    def from_state(cls, state):
        return cls([list(i) for i in state])


class ODictCaseless(ODict):
    """An ODict whose keys are compared without case; they keep their case."""

    def _kconv(self, s):
        return s.lower()
