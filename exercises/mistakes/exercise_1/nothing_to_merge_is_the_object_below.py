"""Where an object of the overlay is empty, the one below it is the base's own."""


def merge(base, overlay):
    merged = copy.deepcopy({**base, **overlay})
    for key in base.keys() & overlay.keys():
        below, above = base[key], overlay[key]
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[key] = merge(below, above) if above else below
    return merged
