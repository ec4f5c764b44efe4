"""`part not in value` is asked of a string, too, where it means its letters."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if value is None or part not in value:
            raise MissingKeyError(path, ".".join(parts[:depth]))
        value = value[part]
    return value
