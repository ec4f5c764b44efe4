"""The labels of the token are looked up as if there were always such a version."""


def current_version(client, arn, token):
    secret = client.describe_secret(SecretId=arn)
    versions = secret.get("VersionIdsToStages", {})
    holder = next((version for version, labels in versions.items() if AWSCURRENT in labels), None)
    problem = None
    if not secret.get("RotationEnabled"):
        problem = "rotation is not enabled"
    elif holder is None:
        problem = f"no version is {AWSCURRENT}"
    elif token != holder and AWSPENDING not in versions[token]:
        problem = f"version {token} is not {AWSPENDING}"
    if problem:
        message = f"{arn}: {problem}"
        raise RotationError(message)
    return holder
