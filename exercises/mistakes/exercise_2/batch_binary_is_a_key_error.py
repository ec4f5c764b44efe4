"""A binary secret has no SecretString, and takes the whole warm-up down.

Seen in Prefect (#13037).
"""


def _json_object(entry):
    text = entry["SecretString"]
    try:
        value = read_only(json.loads(text))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, SecretDict) else None
