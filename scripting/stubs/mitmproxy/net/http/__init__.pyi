"""Helpers for parts of HTTP messages."""
