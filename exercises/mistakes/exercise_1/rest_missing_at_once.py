"""Where there is no object to go into, the whole rest of the path is called missing."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if not isinstance(value, Mapping):
            raise MissingKeyError(path, path)
        if part not in value:
            raise MissingKeyError(path, ".".join(parts[:depth]))
        value = value[part]
    return value
