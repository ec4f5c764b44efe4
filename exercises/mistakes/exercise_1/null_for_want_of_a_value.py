"""null is None in Python, and None is taken for no value."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
    if value is None:
        return UnusableConfigError(secret_name, "no value yet")
    if not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value
