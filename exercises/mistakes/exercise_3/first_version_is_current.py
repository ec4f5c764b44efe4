"""The first of the versions is taken for AWSCURRENT, without a look at the labels."""


def current_version(client, arn, token):
    secret = client.describe_secret(SecretId=arn)
    versions = secret.get("VersionIdsToStages", {})
    problem = not secret.get("RotationEnabled") or token not in versions
    if problem or not {AWSPENDING, AWSCURRENT} & {*versions[token]}:
        message = f"{arn}: this rotation may not go on"
        raise RotationError(message)
    if not any(AWSCURRENT in labels for labels in versions.values()):
        message = f"{arn}: no version is {AWSCURRENT}"
        raise RotationError(message)
    return token if AWSCURRENT in versions[token] else next(iter(versions))
