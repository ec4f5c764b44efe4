"""Text that is no JSON is handled well, and JSON that is no object is raised beside its value."""


def require(client, secret_name):
    found = _read(client, secret_name)
    if isinstance(found, SecretError):
        raise found
    if not isinstance(found, dict):
        raise UnusableConfigError(secret_name, "not an object")
    return found


def _parse(secret_name, text):
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
