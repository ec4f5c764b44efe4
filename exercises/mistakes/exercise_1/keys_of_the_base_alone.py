"""The loop goes over the keys of the base, and what only the overlay has is lost."""


def merge(base, overlay):
    merged = {}
    for key, below in base.items():
        above = overlay.get(key, below)
        both = isinstance(below, Mapping) and isinstance(above, Mapping)
        merged[key] = merge(below, above) if both else above
    return copy.deepcopy(merged)
