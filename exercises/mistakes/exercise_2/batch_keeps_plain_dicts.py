"""Values of a batch are kept as json.loads returns them."""


def _json_object(entry):
    try:
        value = json.loads(entry["SecretString"])
    except (KeyError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
