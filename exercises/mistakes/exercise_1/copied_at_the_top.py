"""dict(base) is taken for a copy of everything in it."""


def merge(base, overlay):
    merged = dict(base)
    for key, above in overlay.items():
        below = merged.get(key)
        both = isinstance(below, Mapping) and isinstance(above, Mapping)
        merged[key] = merge(below, above) if both else above
    return merged
