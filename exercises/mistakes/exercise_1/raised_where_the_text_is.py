"""The error is raised after the except block, and still in the function that has the text."""


def require(client, secret_name):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        raise _problem(client, secret_name, _code(error)) or error  # noqa: B904
    config = _parse(secret_name, answer.get("SecretString"))
    if isinstance(config, SecretError):
        raise config
    return config
