"""The overlay is written into the base, level by level."""


def merge(base, overlay):
    for key, above in overlay.items():
        if isinstance(base.get(key), dict) and isinstance(above, dict):
            merge(base[key], above)
        else:
            base[key] = copy.deepcopy(above)
    return base
