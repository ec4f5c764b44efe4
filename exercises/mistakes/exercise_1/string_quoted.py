"""The error shows the string that is no object, and the string is a password."""


def lookup(config, path):
    value = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        if not isinstance(value, Mapping):
            error = MissingKeyError(path, ".".join(parts[:depth]))
            error.add_note(f"{value!r} is no object")
            raise error
        if part not in value:
            raise MissingKeyError(path, ".".join(parts[:depth]))
        value = value[part]
    return value
