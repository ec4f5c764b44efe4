"""`if value:` takes an empty object for no value."""


def _json_object(entry):
    try:
        value = read_only(json.loads(entry["SecretString"]))
    except (KeyError, ValueError, RecursionError):
        return None
    return value if value and isinstance(value, SecretDict) else None
