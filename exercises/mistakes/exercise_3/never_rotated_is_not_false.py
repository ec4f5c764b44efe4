"""RotationEnabled is compared with False. AWS leaves it out where rotation was never configured."""


def current_version(client, arn, token):
    secret = client.describe_secret(SecretId=arn)
    versions = secret.get("VersionIdsToStages", {})
    holder = next((version for version, labels in versions.items() if AWSCURRENT in labels), None)
    problem = None
    if secret.get("RotationEnabled") is False:
        problem = "rotation is not enabled"
    elif token not in versions:
        problem = f"there is no version {token}"
    elif holder is None:
        problem = f"no version is {AWSCURRENT}"
    elif token != holder and AWSPENDING not in versions[token]:
        problem = f"version {token} is not {AWSPENDING}"
    if problem:
        message = f"{arn}: {problem}"
        raise RotationError(message)
    return holder
