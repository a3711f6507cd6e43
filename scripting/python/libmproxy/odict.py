"""Older place of the multi-dictionaries."""
from netlib.odict import ODict, ODictCaseless

__all__ = ["ODict", "ODictCaseless"]
