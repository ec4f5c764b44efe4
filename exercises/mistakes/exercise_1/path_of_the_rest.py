"""Lookup calls itself with the rest of the path, and the error has that rest."""


def lookup(config, path):
    first, dot, rest = path.partition(".")
    if not isinstance(config, Mapping) or first not in config:
        raise MissingKeyError(path, first)
    return lookup(config[first], rest) if dot else config[first]
