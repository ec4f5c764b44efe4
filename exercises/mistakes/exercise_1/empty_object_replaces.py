"""An empty object counts as no object, and wipes out what is below it."""


def merge(base, overlay):
    merged = {**base, **overlay}
    for key in base.keys() & overlay.keys():
        below, above = base[key], overlay[key]
        if below and above and isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[key] = merge(below, above)
    return copy.deepcopy(merged)
