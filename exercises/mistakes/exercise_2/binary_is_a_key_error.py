"""A binary secret has no SecretString, and a bare KeyError says so.

Seen in Prefect (#13037).
"""

from secrets_manager import SecretFormatError
from secrets_manager import get_secret as _checked_get


def get_secret(client, secret_name, version_stage=AWSCURRENT):
    try:
        return _checked_get(client, secret_name, version_stage)
    except SecretFormatError:
        client.get_secret_value(SecretId=secret_name)["SecretString"]
        raise
