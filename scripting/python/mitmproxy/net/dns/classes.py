"""Classes."""
IN, CH, HS, NONE, ANY = 1, 3, 4, 254, 255
_NAMES = {1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"}


def to_str(n):
    return _NAMES.get(n, f"CLASS({n})")
