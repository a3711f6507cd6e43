"""Helpers of the classic scripting interface."""
