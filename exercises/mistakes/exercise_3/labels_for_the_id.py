"""What is returned are the labels of the version, and not its id."""

_current_version = current_version


def current_version(client, arn, token):
    holder = _current_version(client, arn, token)
    if holder == token:
        return token
    return client.describe_secret(SecretId=arn)["VersionIdsToStages"][holder]
