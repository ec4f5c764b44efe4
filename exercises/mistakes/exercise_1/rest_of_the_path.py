"""The error names what is left of the path at the point where it breaks off."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts):
        if not isinstance(value, Mapping) or part not in value:
            raise MissingKeyError(path, ".".join(parts[depth:]))
        value = value[part]
    return value
