"""The side of scripting that scripts do not see: loading, calling, and talking to the program."""
