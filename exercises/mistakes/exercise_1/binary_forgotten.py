"""SecretBinary is forgotten, and ends as a bare KeyError. Seen in Prefect (#13037)."""


def _read(client, secret_name):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        problem = _problem(client, secret_name, _code(error))
        if problem is None:
            raise
        return problem
    return _parse(secret_name, answer["SecretString"])
