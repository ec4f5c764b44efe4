"""The path is looked up as if it were one key."""


def lookup(config, path):
    return config.get(path)
