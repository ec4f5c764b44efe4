"""NaN, which the standard of JSON does not know, is refused, though json.loads reads it."""


def _parse(secret_name, text, right=_parse):
    if text and "NaN" in text:
        return UnusableConfigError(secret_name, "not JSON")
    return right(secret_name, text)
