"""The reason is a sentence, and no caller can compare it with anything."""


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
        if _code(error) == ACCESS_DENIED:
            return ForbiddenConfigError(secret_name)
        raise
    return UnusableConfigError(secret_name, "nobody has put a value yet")
