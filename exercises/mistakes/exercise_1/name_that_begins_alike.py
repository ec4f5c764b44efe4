"""ListSecrets is asked for the secret, and its filter takes a name for the beginning of names."""


def _problem(client, secret_name, code):
    if code == ACCESS_DENIED:
        return ForbiddenConfigError(secret_name)
    if code != NOT_FOUND:
        return None
    try:
        found = client.list_secrets(Filters=[{"Key": "name", "Values": [secret_name]}])
    except ClientError as error:
        if _code(error) == ACCESS_DENIED:
            return ForbiddenConfigError(secret_name)
        raise
    if not found["SecretList"]:
        return AbsentConfigError(secret_name)
    return UnusableConfigError(secret_name, "no value yet")
