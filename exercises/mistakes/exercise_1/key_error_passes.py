"""A missing key ends as a KeyError."""


def lookup(config, path):
    value = config
    for part in path.split("."):
        if not isinstance(value, Mapping):
            raise MissingKeyError(path, part)
        value = value[part]
    return value
