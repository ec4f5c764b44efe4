"""What Python finds equal is left as it is in the base: true where the overlay says 1."""


def merge(base, overlay):
    merged = copy.deepcopy(dict(base))
    for key, above in overlay.items():
        below = base.get(key)
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[key] = merge(below, above)
        elif key not in base or below != above:
            merged[key] = copy.deepcopy(above)
    return merged
