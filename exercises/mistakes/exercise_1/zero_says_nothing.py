"""`or` chooses between the two, so 0, false and "" can never be said."""


def merge(base, overlay):
    merged = {**base, **overlay}
    for key in base.keys() & overlay.keys():
        below, above = base[key], overlay[key]
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[key] = merge(below, above)
        elif above is not None:
            merged[key] = above or below
    return copy.deepcopy(merged)
