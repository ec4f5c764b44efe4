"""A number in the path is an index, which the contract does not say."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if isinstance(value, (str, list)) and part.isdigit():
            value = value[int(part)]
            continue
        if not isinstance(value, Mapping) or part not in value:
            raise MissingKeyError(path, ".".join(parts[:depth]))
        value = value[part]
    return value
