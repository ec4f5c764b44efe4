"""`config or None`, which is None for the configuration without keys."""


def require(client, secret_name):
    found = _read(client, secret_name)
    if isinstance(found, SecretError):
        raise found
    return found or None
