"""A look that fails is answered with "there is nothing to go back to"."""


def roll_back(client, secret_name, bad_version_id):
    try:
        versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages", {})
    except ClientError:
        raise NothingToRollBackError(secret_name) from None
    holder = {label: version for version, labels in versions.items() for label in labels}
    current = holder.get(AWSCURRENT)
    if current is not None and current != bad_version_id:
        return current
    if current is None or AWSPREVIOUS not in holder:
        raise NothingToRollBackError(secret_name)
    with _denied_is_forbidden(secret_name):
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            MoveToVersionId=holder[AWSPREVIOUS],
            RemoveFromVersionId=bad_version_id,
        )
    return holder[AWSPREVIOUS]
