"""Only ValueError is expected of json.loads, which also gives up for depth."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
    except ValueError:
        return UnusableConfigError(secret_name, "not JSON")
    if not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value
