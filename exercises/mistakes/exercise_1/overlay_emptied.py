"""What is merged is popped from the overlay, so that the rest can be updated at once."""


def merge(base, overlay):
    merged = copy.deepcopy(dict(base))
    for key, below in merged.items():
        if isinstance(below, dict) and isinstance(overlay.get(key), dict):
            merged[key] = merge(below, overlay.pop(key))
    merged.update(copy.deepcopy(overlay))
    return merged
