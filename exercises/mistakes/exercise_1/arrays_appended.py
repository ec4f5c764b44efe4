"""Arrays are joined, so that an overlay can only ever add to one."""


def merge(base, overlay):
    merged = {**base, **overlay}
    for key in base.keys() & overlay.keys():
        below, above = base[key], overlay[key]
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[key] = merge(below, above)
        if isinstance(below, list) and isinstance(above, list):
            merged[key] = below + above
    return copy.deepcopy(merged)
