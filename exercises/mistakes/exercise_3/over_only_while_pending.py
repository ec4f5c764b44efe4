"""AWSPENDING is asked for first, so that a rotation that has ended well is an error."""


def current_version(client, arn, token):
    secret = client.describe_secret(SecretId=arn)
    versions = secret.get("VersionIdsToStages", {})
    holder = next((version for version, labels in versions.items() if AWSCURRENT in labels), None)
    if not secret.get("RotationEnabled") or AWSPENDING not in versions.get(token, []):
        message = f"{arn}: version {token} is not {AWSPENDING}, or rotation is not enabled"
        raise RotationError(message)
    if holder is None:
        message = f"{arn}: no version is {AWSCURRENT}"
        raise RotationError(message)
    return holder
