"""The base is copied deeply, and what the overlay adds is shared."""


def merge(base, overlay):
    merged = copy.deepcopy(dict(base))
    for key, above in overlay.items():
        below = merged.get(key)
        both = isinstance(below, Mapping) and isinstance(above, Mapping)
        merged[key] = merge(below, above) if both else above
    return merged
