"""The error shows what there is, so that whoever mistyped finds the right key."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if not isinstance(value, Mapping) or part not in value:
            error = MissingKeyError(path, ".".join(parts[:depth]))
            error.add_note(f"There is only {value}")
            raise error
        value = value[part]
    return value
