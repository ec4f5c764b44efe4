"""One value that is no JSON takes the whole warm-up down.

Seen in Prefect (#5451).
"""


def _json_object(entry):
    value = read_only(json.loads(entry.get("SecretString", "null")))
    return value if isinstance(value, SecretDict) else None
