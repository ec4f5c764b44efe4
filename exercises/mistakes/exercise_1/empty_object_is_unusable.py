"""`if not config` is to find what is no configuration, and finds the empty one, too."""


def require(client, secret_name):
    found = _read(client, secret_name)
    if isinstance(found, SecretError):
        raise found
    if not found:
        raise UnusableConfigError(secret_name, "not an object")
    return found
