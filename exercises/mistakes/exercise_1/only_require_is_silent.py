"""`load` reads by itself, and raises where it has the text, though `require` takes care."""


def load(client, secret_name):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        problem = _problem(client, secret_name, _code(error))
        if isinstance(problem, AbsentConfigError):
            return None
        raise problem or error  # noqa: B904
    config = _parse(secret_name, answer.get("SecretString"))
    if isinstance(config, SecretError):
        raise config
    return config
