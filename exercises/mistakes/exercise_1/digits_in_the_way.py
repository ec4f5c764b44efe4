"""A current value with a number of too many digits stands in the way of the next one."""


def _version_holding(client, secret_name, text):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    try:
        config = json.loads(answer.get("SecretString", ""))
    except (json.JSONDecodeError, RecursionError):
        return None
    return answer["VersionId"] if isinstance(config, dict) and as_text(config) == text else None
