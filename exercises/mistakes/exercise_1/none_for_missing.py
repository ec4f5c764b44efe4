"""A missing key is None, as with `dict.get`, and so is null."""


def lookup(config, path):
    value = config
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
