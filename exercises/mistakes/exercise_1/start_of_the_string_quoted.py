"""The error shows the first letters of what is no object, so that it can be recognised."""


def lookup(config, path, right=lookup):
    try:
        return right(config, path)
    except MissingKeyError as error:
        above, dot, _ = error.missing.rpartition(".")
        if dot:
            error.add_note(f"{right(config, above)!r:.8} is no object")
        raise
