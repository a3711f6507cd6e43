"""Numbers of DNS by name."""
