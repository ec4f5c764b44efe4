"""Numbers are compared as str() writes them, by which 2 and "2" are the same."""


def _version_holding(client, secret_name, text):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    config = _parse(secret_name, answer.get("SecretString"))
    same = isinstance(config, dict) and _words(config) == _words(json.loads(text))
    return answer["VersionId"] if same else None


def _words(value):
    if isinstance(value, dict):
        return {key: _words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_words(item) for item in value]
    return [value] if isinstance(value, bool) or value is None else str(value)
