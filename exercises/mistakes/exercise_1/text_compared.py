"""The stored text is compared letter by letter with the new one."""


def _version_holding(client, secret_name, text):
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    return answer["VersionId"] if answer.get("SecretString") == text else None
