"""Whatever json.loads returns is the configuration."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
