"""A value that is not what was hoped for is called "not JSON", though it is."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
        if not isinstance(value, dict):
            raise ValueError(secret_name)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
    return value
