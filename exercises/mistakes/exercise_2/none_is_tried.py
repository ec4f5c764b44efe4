"""connect is called with whatever get returns, None included."""


def _existing(name, value):
    return value
