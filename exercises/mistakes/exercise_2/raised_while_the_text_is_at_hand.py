"""`from None` hides the JSONDecodeError: it stays in `__context__`, with the secret in `doc`."""

from secrets_manager import SecretFormatError


def get_secret(client, secret_name, version_stage=AWSCURRENT):
    try:
        response = client.get_secret_value(SecretId=secret_name, VersionStage=version_stage)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    try:
        return SecretDict(read_only(json.loads(response.get("SecretString", ""))))
    except ValueError:
        raise SecretFormatError(secret_name, "is not a JSON object") from None
