"""A value that is nested more deeply than Python reads takes the whole warm-up down."""


def _json_object(entry):
    try:
        value = read_only(json.loads(entry["SecretString"]))
    except (KeyError, ValueError):
        return None
    return value if isinstance(value, SecretDict) else None
