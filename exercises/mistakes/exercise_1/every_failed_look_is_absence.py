"""A second look that fails, for whatever reason, makes the secret absent."""


def _problem(client, secret_name, code):
    if code == ACCESS_DENIED:
        return ForbiddenConfigError(secret_name)
    if code != NOT_FOUND:
        return None
    try:
        client.describe_secret(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == ACCESS_DENIED:
            return ForbiddenConfigError(secret_name)
        return AbsentConfigError(secret_name)
    return UnusableConfigError(secret_name, "no value yet")
