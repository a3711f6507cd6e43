"""Addons that scripts use."""
