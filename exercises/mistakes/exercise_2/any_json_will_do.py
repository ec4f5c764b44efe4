"""What json.loads returns is handed out, be it a list or a number."""

from secrets_manager import SecretFormatError
from secrets_manager import get_secret as _checked_get


def get_secret(client, secret_name, version_stage=AWSCURRENT):
    try:
        return _checked_get(client, secret_name, version_stage)
    except SecretFormatError:
        response = client.get_secret_value(SecretId=secret_name, VersionStage=version_stage)
        value = _parsed(response.get("SecretString"))
        del response
        if value is None:
            raise
        return value


def _parsed(text):
    try:
        return read_only(json.loads(text))
    except (TypeError, ValueError):
        return None
