"""The error is raised in the except block of JSONDecodeError, whose `doc` is the whole secret."""


def require(client, secret_name):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        raise _problem(client, secret_name, _code(error)) or error  # noqa: B904
    if "SecretString" not in answer:
        raise UnusableConfigError(secret_name, "binary")
    try:
        config = json.loads(answer["SecretString"])
    except (ValueError, RecursionError):
        raise UnusableConfigError(secret_name, "not JSON")  # noqa: B904
    if not isinstance(config, dict):
        raise UnusableConfigError(secret_name, "not an object")
    return config
