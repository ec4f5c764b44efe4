"""The whole path is called missing, though a part of it may be there."""


def lookup(config, path):
    value = config
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise MissingKeyError(path, path)
        value = value[part]
    return value
