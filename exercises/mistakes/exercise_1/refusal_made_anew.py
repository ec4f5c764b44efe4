"""AWS's error is told anew, so that it names the function and the secret."""


def require(client, secret_name, right=require):
    try:
        return right(client, secret_name)
    except ClientError as error:
        raise ClientError(error.response, f"require {secret_name}") from None


def load(client, secret_name):
    found = _read(client, secret_name)
    if isinstance(found, AbsentConfigError):
        return None
    if isinstance(found, SecretError):
        raise found
    return found
