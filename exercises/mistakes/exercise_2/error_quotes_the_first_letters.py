"""The error quotes how the value begins, to say what it looks like."""

from secrets_manager import SecretFormatError
from secrets_manager import get_secret as _checked_get


def get_secret(client, secret_name, version_stage=AWSCURRENT):
    try:
        return _checked_get(client, secret_name, version_stage)
    except SecretFormatError:
        text = client.get_secret_value(SecretId=secret_name).get("SecretString", "")
        raise SecretFormatError(secret_name, f"{text[:8]}… is no JSON object") from None
