"""The error on bytes is raised where the whole answer is at hand, bytes included."""


def _read(client, secret_name):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        problem = _problem(client, secret_name, _code(error))
        if problem is None:
            raise
        return problem
    if "SecretBinary" in answer:
        raise UnusableConfigError(secret_name, "binary")
    return _parse(secret_name, answer["SecretString"])
