"""Older place of the multi-dictionaries."""

from netlib.odict import ODict as ODict
from netlib.odict import ODictCaseless as ODictCaseless
