"""A dot at the beginning or the end of a path is taken for a slip of the pen."""


def lookup(config, path, right=lookup):
    return right(config, path.strip("."))
