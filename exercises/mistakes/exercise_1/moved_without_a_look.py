"""AWSCURRENT is moved from the bad version each time, though it may have lost it already."""


def roll_back(client, secret_name, bad_version_id):
    with _denied_is_forbidden(secret_name):
        versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages", {})
        holder = {label: version for version, labels in versions.items() for label in labels}
        if AWSPREVIOUS not in holder:
            raise NothingToRollBackError(secret_name)
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            MoveToVersionId=holder[AWSPREVIOUS],
            RemoveFromVersionId=bad_version_id,
        )
    return holder[AWSPREVIOUS]
