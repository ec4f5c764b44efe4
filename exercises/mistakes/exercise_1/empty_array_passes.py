"""The type is looked at only where the value is true, so an empty array passes."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
    if value and not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value
