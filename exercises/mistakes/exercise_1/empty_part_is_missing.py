"""An empty part of a path is taken for a mistake of whoever wrote it."""


def lookup(config, path, right=lookup):
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if not part:
            raise MissingKeyError(path, ".".join(parts[:depth]))
    return right(config, path)
