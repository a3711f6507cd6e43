"""Ordered mappings that may hold a key several times."""
from collections.abc import ItemsView, KeysView, MutableMapping, ValuesView


class _MultiDict(MutableMapping):
    """What all multi-dicts share; `fields` is the tuple of (key, value) pairs in order."""

    __slots__ = ()
    fields = ()

    @staticmethod
    def _reduce_values(values):
        return values[0]

    @staticmethod
    def _kconv(key):
        return key

    def __repr__(self):
        return "%s[%s]" % (type(self).__name__, ", ".join(map(repr, self.fields)))

    def __getitem__(self, key):
        values = self.get_all(key)
        if not values:
            raise KeyError(key)
        return self._reduce_values(values)

    def __setitem__(self, key, value):
        self.set_all(key, [value])

    def __delitem__(self, key):
        if key not in self:
            raise KeyError(key)
        key = self._kconv(key)
        self.fields = tuple(f for f in self.fields if self._kconv(f[0]) != key)

    def __contains__(self, key):
        key = self._kconv(key)
        return any(self._kconv(f[0]) == key for f in self.fields)

    def __iter__(self):
        seen = set()
        for key, _ in self.fields:
            k = self._kconv(key)
            if k not in seen:
                seen.add(k)
                yield key

    def __len__(self):
        return len({self._kconv(f[0]) for f in self.fields})

    def __eq__(self, other):
        if isinstance(other, _MultiDict):
            return self.fields == other.fields
        return False

    __hash__ = None

    def get_all(self, key):
        """All values of a key, in order."""
        key = self._kconv(key)
        return [v for k, v in self.fields if self._kconv(k) == key]

    def set_all(self, key, values):
        """Replace all values of a key; places stay as far as there are enough."""
        values, out, want = list(values), [], self._kconv(key)
        for field in self.fields:
            if self._kconv(field[0]) != want:
                out.append(field)
            elif values:
                out.append((field[0], values.pop(0)))
        out.extend((key, v) for v in values)
        self.fields = tuple(out)

    def add(self, key, value):
        """Append one more pair."""
        self.insert(len(self.fields), key, value)

    def insert(self, index, key, value):
        """Put one more pair at a place."""
        fields = self.fields
        self.fields = fields[:index] + ((key, value),) + fields[index:]

    def clear(self):
        self.fields = ()

    def keys(self, multi=False):
        return (k for k, _ in self.items(multi=True)) if multi else KeysView(self)

    def values(self, multi=False):
        return (v for _, v in self.items(multi=True)) if multi else ValuesView(self)

    def items(self, multi=False):
        return self.fields if multi else ItemsView(self)


class MultiDict(_MultiDict):
    """A multi-dict of its own; [] gives the first value."""

    def __init__(self, fields=()):
        self.fields = tuple(tuple(f) for f in fields)

    def copy(self):
        return type(self)(self.fields)

    def get_state(self):
        return self.fields

    def set_state(self, state):
        self.fields = tuple(tuple(f) for f in state)

    @classmethod
    def from_state(cls, state):
        return cls(tuple(tuple(f) for f in state))


class MultiDictView(_MultiDict):
    """A multi-dict that reads and writes something else each time it is used."""

    __slots__ = ("_getter", "_setter")

    def __init__(self, getter, setter):
        self._getter, self._setter = getter, setter

    @property
    def fields(self):
        return self._getter()

    @fields.setter
    def fields(self, value):
        self._setter(value)

    def copy(self):
        return MultiDict(self.fields)
