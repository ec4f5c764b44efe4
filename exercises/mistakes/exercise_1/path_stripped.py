"""Spaces around a path are taken away, though a key may have them."""


def lookup(config, path, right=lookup):
    return right(config, path.strip())
