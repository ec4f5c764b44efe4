"""A value that may not be read is overwritten, as if there were none."""


def _version_holding(client, secret_name, text):
    config = None
    try:
        answer = client.get_secret_value(SecretId=secret_name)
        config = _parse(secret_name, answer.get("SecretString"))
    except ClientError as error:
        if _code(error) not in (NOT_FOUND, ACCESS_DENIED):
            raise
    same = isinstance(config, dict) and as_text(config) == text
    return answer["VersionId"] if same else None
