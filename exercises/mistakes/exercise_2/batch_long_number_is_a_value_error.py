"""json.loads raises JSONDecodeError, it is thought, and a long number takes the warm-up down."""


def _json_object(entry):
    try:
        value = read_only(json.loads(entry["SecretString"]))
    except (KeyError, json.JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, SecretDict) else None
