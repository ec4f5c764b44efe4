"""Where there is no key, an attribute will do."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif not isinstance(value, (Mapping, str)) and hasattr(value, part):
            value = getattr(value, part)
        else:
            raise MissingKeyError(path, ".".join(parts[:depth]))
    return value
