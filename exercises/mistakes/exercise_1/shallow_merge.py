"""Only the first level is merged, as `{**base, **overlay}` does it."""


def merge(base, overlay):
    return copy.deepcopy({**base, **overlay})
