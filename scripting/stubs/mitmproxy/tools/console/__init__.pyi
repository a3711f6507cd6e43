"""The console, as far as scripts ask for it."""
