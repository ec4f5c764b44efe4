"""Whether the rotation is over is asked before whether there is one."""


def current_version(client, arn, token):
    secret = client.describe_secret(SecretId=arn)
    versions = secret.get("VersionIdsToStages", {})
    holder = next((version for version, labels in versions.items() if AWSCURRENT in labels), None)
    if token == holder:
        return token
    if not secret.get("RotationEnabled") or AWSPENDING not in versions.get(token, ()):
        message = f"{arn}: rotation is not enabled, or version {token} is not {AWSPENDING}"
        raise RotationError(message)
    if holder is None:
        message = f"{arn}: no version is {AWSCURRENT}"
        raise RotationError(message)
    return holder
