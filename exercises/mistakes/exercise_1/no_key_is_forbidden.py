"""A value that AWS cannot decrypt is called forbidden, as if a policy were to blame."""


def require(client, secret_name):
    try:
        found = _read(client, secret_name)
    except ClientError as error:
        if _code(error) != "DecryptionFailure":
            raise
        found = ForbiddenConfigError(secret_name)
    if isinstance(found, SecretError):
        raise found
    return found
