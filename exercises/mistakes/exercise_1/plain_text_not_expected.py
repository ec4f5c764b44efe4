"""json.loads is called on what may be a plain string. Seen in Prefect (#5451)."""


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    value = json.loads(text)
    if not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value
