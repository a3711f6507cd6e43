"""Filter expressions."""
import _weir


class Filter:
    """A compiled expression: call it with a flow."""

    def __init__(self, text):
        self.pattern = text
        self._filter = _weir.filter(text)

    def __call__(self, f):
        return self._filter.match(f._record())

    def __repr__(self):
        return f"<Filter {self.pattern}>"

    def __str__(self):
        return self.pattern

    def dump(self, indent=0, fp=None):
        """Print the expression."""
        print("\t" * indent + self.pattern, file=fp)


TFilter = Filter


def parse(s):
    """Compile an expression; ValueError if it is nonsense or empty."""
    if not s or not s.strip():
        raise ValueError("Empty filter expression")
    try:
        return Filter(s)
    except ValueError as e:
        text = str(e)
        raise ValueError(text[:1].upper() + text[1:]) from None


def match(flt, flow):
    """Whether a filter (compiled, or as text) matches; None matches all."""
    if isinstance(flt, str):
        flt = parse(flt)
    return flt(flow) if flt else True


match_all = parse("~all")
