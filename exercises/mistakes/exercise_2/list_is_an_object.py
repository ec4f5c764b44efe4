"""Whatever is JSON is kept, be it a list."""


def _json_object(entry):
    try:
        return read_only(json.loads(entry["SecretString"]))
    except (KeyError, ValueError, RecursionError):
        return None
