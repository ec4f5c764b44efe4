"""A read that finds nothing is taken for a secret that has no value yet, without a second look."""


def _problem(client, secret_name, code):
    if code == ACCESS_DENIED:
        return ForbiddenConfigError(secret_name)
    return UnusableConfigError(secret_name, "no value yet") if code == NOT_FOUND else None


def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
