"""Where the overlay is empty, the base itself is returned."""


def merge(base, overlay, right=merge):
    return right(base, overlay) if overlay else base
