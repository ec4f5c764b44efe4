"""Where the base is empty, the overlay itself is returned."""


def merge(base, overlay, right=merge):
    return right(base, overlay) if base else overlay
