"""The classic scripting interface."""
