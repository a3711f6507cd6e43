"""Helpers for protocols."""
