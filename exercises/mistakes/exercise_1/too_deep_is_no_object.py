"""A text that is too deep is called "not an object", as if it had been read."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
    except RecursionError:
        return UnusableConfigError(secret_name, "not an object")
    except ValueError:
        return UnusableConfigError(secret_name, "not JSON")
    if not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value
