"""The first letter is to tell whether the text is an object."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    if not text.startswith("{"):
        return UnusableConfigError(secret_name, "not an object")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
