"""Bits of a byte."""


def setbit(byte, offset, value):
    """The byte with one bit set or cleared."""
    return byte | 1 << offset if value else byte & ~(1 << offset)


def getbit(byte, offset):
    return bool(byte & 1 << offset)
