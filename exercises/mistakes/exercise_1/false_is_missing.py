"""0, false, null and "" are taken for missing."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        value = value.get(part) if isinstance(value, Mapping) else None
        if not value:
            raise MissingKeyError(path, ".".join(parts[:depth]))
    return value
