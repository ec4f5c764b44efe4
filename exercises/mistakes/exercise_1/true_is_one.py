"""The configurations are compared as Python compares dicts, where True == 1."""


def _version_holding(client, secret_name, text):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    config = _parse(secret_name, answer.get("SecretString"))
    return answer["VersionId"] if config == json.loads(text) else None
