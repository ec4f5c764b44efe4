"""A read that fails, for whatever reason, is no reason not to write."""


def _version_holding(client, secret_name, text):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == ACCESS_DENIED:
            raise
        return None
    config = _parse(secret_name, answer.get("SecretString"))
    same = isinstance(config, dict) and as_text(config) == text
    return answer["VersionId"] if same else None
