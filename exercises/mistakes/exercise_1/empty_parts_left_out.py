"""Two dots in a path are taken for one, as slashes in the path of a file are."""

solved = lookup


def lookup(config, path):
    return solved(config, ".".join(part for part in path.split(".") if part))
