"""A denied read of a secret that is there is told as "no value yet"."""


def _problem(client, secret_name, code):
    if code not in (NOT_FOUND, ACCESS_DENIED):
        return None
    try:
        client.describe_secret(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return AbsentConfigError(secret_name)
        if _code(error) == ACCESS_DENIED:
            return ForbiddenConfigError(secret_name)
        raise
    return UnusableConfigError(secret_name, "no value yet")


def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
