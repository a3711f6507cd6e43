"""Names of the proxy core that scripts import."""
