"""The error says the key that is missing, and not the path up to it."""


def lookup(config, path):
    value = config
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise MissingKeyError(path, part)
        value = value[part]
    return value
