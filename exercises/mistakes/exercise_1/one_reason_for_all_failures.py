"""json.loads(None) is a TypeError, and that is taken for a text that is no JSON."""


def _parse(secret_name, text):
    try:
        value = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
    if not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value
