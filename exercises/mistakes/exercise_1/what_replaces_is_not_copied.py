"""What is new in the overlay is copied, and what replaces something of the base is not."""


def merge(base, overlay):
    merged = copy.deepcopy({**overlay, **base})
    for key in base.keys() & overlay.keys():
        below, above = base[key], overlay[key]
        both = isinstance(below, Mapping) and isinstance(above, Mapping)
        merged[key] = merge(below, above) if both else above
    return merged
