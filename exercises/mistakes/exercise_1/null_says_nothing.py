"""null in the overlay is taken for a key that is not there."""


def merge(base, overlay):
    said = {key: value for key, value in overlay.items() if value is not None}
    merged = {**base, **said}
    for key in base.keys() & said.keys():
        if isinstance(base[key], Mapping) and isinstance(said[key], Mapping):
            merged[key] = merge(base[key], said[key])
    return copy.deepcopy(merged)
