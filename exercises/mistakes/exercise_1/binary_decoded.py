"""Bytes are decoded as if they were text: json.loads does that without being asked."""


def _read(client, secret_name):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        problem = _problem(client, secret_name, _code(error))
        if problem is None:
            raise
        return problem
    return _parse(secret_name, answer.get("SecretString") or answer["SecretBinary"])
