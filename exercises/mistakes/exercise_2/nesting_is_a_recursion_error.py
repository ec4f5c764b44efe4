"""A value that is nested more deeply than Python reads is an error of another kind."""

from secrets_manager import SecretFormatError


def get_secret(client, secret_name, version_stage=AWSCURRENT):
    try:
        response = client.get_secret_value(SecretId=secret_name, VersionStage=version_stage)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    value = _parsed(response.pop("SecretString", ""))
    del response
    if not isinstance(value, SecretDict):
        raise SecretFormatError(secret_name, "is not a JSON object")
    return value


def _parsed(text):
    try:
        return read_only(json.loads(text))
    except ValueError:
        return None
