"""Arrays are sorted before they are compared, as keys are."""


def _version_holding(client, secret_name, text):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    config = _parse(secret_name, answer.get("SecretString"))
    same = isinstance(config, dict) and _sorted(config) == _sorted(json.loads(text))
    return answer["VersionId"] if same else None


def _sorted(value):
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return sorted(map(_sorted, value)) if isinstance(value, list) else json.dumps(value)
