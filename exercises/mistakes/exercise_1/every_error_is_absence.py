"""Every ClientError is taken for a missing secret, as in `except Exception: return None`.

Seen in Airflow (#19324) and Hive (#7054).
"""


def load(client, secret_name):
    try:
        return require(client, secret_name)
    except (ClientError, SecretError):
        return None
