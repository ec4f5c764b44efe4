"""`or {}` keeps the walk going, and takes the place of 0 and null at its end."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if not isinstance(value, Mapping) or part not in value:
            raise MissingKeyError(path, ".".join(parts[:depth]))
        value = value[part] or {}
    return value
