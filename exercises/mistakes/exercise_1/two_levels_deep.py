"""The objects under the first keys are merged, and those below them are not."""


def merge(base, overlay):
    merged = {**base, **overlay}
    for key in base.keys() & overlay.keys():
        if isinstance(base[key], Mapping) and isinstance(overlay[key], Mapping):
            merged[key] = {**base[key], **overlay[key]}
    return copy.deepcopy(merged)
