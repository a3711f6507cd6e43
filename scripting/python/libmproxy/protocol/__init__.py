"""Protocols; KILL as a reply ends the connection."""
KILL = 0


class KillSignal(Exception):
    """Ends a connection."""
