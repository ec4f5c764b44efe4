"""A switch that the overlay does not turn on is taken for one that it says nothing about."""


def merge(base, overlay):
    merged = {**base, **overlay}
    for key in base.keys() & overlay.keys():
        below, above = base[key], overlay[key]
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[key] = merge(below, above)
        elif isinstance(below, bool) and isinstance(above, bool):
            merged[key] = below or above
    return copy.deepcopy(merged)
