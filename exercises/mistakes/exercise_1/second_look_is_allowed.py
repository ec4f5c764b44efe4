"""A denied second look on one secret ends the loading of all."""


def _reported(client, error, right=_reported):
    if error["ErrorCode"] == NOT_FOUND:
        return _absent_or_empty(client, error["SecretId"])
    return right(client, error)


def _absent_or_empty(client, name):
    try:
        client.describe_secret(SecretId=name)
    except client.exceptions.ResourceNotFoundException:
        return AbsentConfigError(name)
    return UnusableConfigError(name, "no value yet")
