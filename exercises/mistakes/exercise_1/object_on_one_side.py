"""Only the base is asked whether it has an object there."""


def merge(base, overlay):
    merged = {**base, **overlay}
    for key in base.keys() & overlay.keys():
        if isinstance(base[key], Mapping):
            merged[key] = merge(base[key], overlay[key])
    return copy.deepcopy(merged)
