"""The error shows the number that the path leads into: no password is a number."""


def lookup(config, path, right=lookup):
    try:
        return right(config, path)
    except MissingKeyError as error:
        above, dot, _ = error.missing.rpartition(".")
        if dot and isinstance(right(config, above), int):
            error.found = right(config, above)
        raise
