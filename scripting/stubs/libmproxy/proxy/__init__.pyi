"""The proxy, as scripts see it."""
