"""Only JSONDecodeError is expected of json.loads, and too many digits are a plain ValueError."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
    if not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value
