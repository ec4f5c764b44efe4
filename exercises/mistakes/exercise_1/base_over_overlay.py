"""The two sides are mixed up: the base replaces what the overlay says."""


def merge(base, overlay):
    merged = {**overlay, **base}
    for key in base.keys() & overlay.keys():
        if isinstance(base[key], Mapping) and isinstance(overlay[key], Mapping):
            merged[key] = merge(base[key], overlay[key])
    return copy.deepcopy(merged)
