"""Scripts of Python 2: translated when they do not compile as what they are."""


def compile_file(path, module):
    """The code of a file."""
    with open(path, "rb") as f:
        source = f.read()
    return compile(source, path, "exec", dont_inherit=True)
