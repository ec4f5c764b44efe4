"""The second look is made in the hope that it is allowed."""


def _problem(client, secret_name, code):
    if code == ACCESS_DENIED:
        return ForbiddenConfigError(secret_name)
    if code != NOT_FOUND:
        return None
    try:
        client.describe_secret(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return AbsentConfigError(secret_name)
        raise
    return UnusableConfigError(secret_name, "no value yet")
