"""Marks by name. Names that are not here are found in Unicode's own."""
import unicodedata

_COMMON = {"default": "●", "grapes": "🍇", "red_circle": "🔴", "orange_circle": "🟠", "yellow_circle": "🟡",
           "green_circle": "🟢", "large_blue_circle": "🔵", "purple_circle": "🟣", "brown_circle": "🟤", "star": "⭐",
           "fire": "🔥", "bug": "🐛", "heart": "❤", "warning": "⚠", "x": "❌", "white_check_mark": "✅", "eyes": "👀",
           "rocket": "🚀", "boom": "💥", "key": "🔑", "lock": "🔒", "question": "❓", "exclamation": "❗", "skull": "💀",
           "tada": "🎉", "pushpin": "📌", "+1": "👍", "-1": "👎"}


class _Emoji(dict):
    """Known marks, and every symbol that Unicode names."""

    def __missing__(self, key):
        name = key.strip(":").replace("_", " ")
        try:
            c = unicodedata.lookup(name)
        except KeyError:
            raise KeyError(key) from None
        if unicodedata.category(c) != "So":
            raise KeyError(key)
        return c

    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        return True


emoji = _Emoji({f":{k}:": v for k, v in _COMMON.items()})
