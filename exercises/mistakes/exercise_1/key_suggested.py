"""The error suggests the key that was probably meant, as Python does it for names."""

from difflib import get_close_matches


def lookup(config, path, right=lookup):
    try:
        return right(config, path)
    except MissingKeyError as error:
        above, _, part = error.missing.rpartition(".")
        there = right(config, above) if above else config
        if isinstance(there, Mapping):
            error.suggestions = get_close_matches(part, there)
        raise
