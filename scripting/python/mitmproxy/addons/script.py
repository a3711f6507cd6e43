"""Scripts as modules."""


def load_script(path):
    """The module of a file; None if it cannot be loaded, and the log says why."""
    from weirhost import scripts
    try:
        module = scripts.execute(path)
    except Exception as e:
        scripts.load_error(path, e)
        return None
    scripts.unlist(module)
    return module
