"""The scripting interface of weir, under the names that scripts for mitmproxy use."""
